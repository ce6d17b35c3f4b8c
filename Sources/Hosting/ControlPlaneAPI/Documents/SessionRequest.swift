import Contracts
import Digests
import JSON

/// The body of `POST /v1/deploy/session`: what is to be deployed, before anything is packed.
public struct SessionRequest: WireDocument {
  /// The project, whose slug is the service's name.
  public var projectName: String
  /// Where it is to run.
  public var region: String
  /// The contract. Its digest in ``contractSha256`` is that of its canonical spelling.
  public var contract: Contract
  /// What the client says the digest is.
  public var contractSha256: Digest
  /// The review plan that the client waited for.
  public var planID: String?
  /// Of what the contract was proven, and by what. A claim, until the image is looked at: the
  /// sources of the image have to be these.
  public var provenance: Provenance

  /// From its parts.
  public init(
    projectName: String, region: String, contract: Contract, planID: String? = nil,
    provenance: Provenance = Provenance()
  ) {
    self.projectName = projectName
    self.region = region
    self.contract = contract
    contractSha256 = contract.sha256
    self.planID = planID
    self.provenance = provenance
  }

  /// From a body.
  ///
  /// - Throws: `JSONError`, also where the contract's digest is another one than the body says, or
  ///   the contract has members that we do not know: those would be approved by nobody.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "session")
    projectName = try fields.string("projectName")
    region = try fields.string("region")
    contractSha256 = try fields.sha256("contractSha256")
    planID = try fields.stringIfAny("planId")
    guard let document = fields.any("contract") else { throw fields.error("contract", "an object") }
    contract = try Contract(document: document)
    guard Digest.sha256(of: document.canonicalBytes) == contractSha256 else {
      throw fields.error("contractSha256", "the SHA-256 of the contract as canonical JSON")
    }
    guard contract.sha256 == contractSha256 else {
      throw fields.error("contract", "a contract as this version writes it")
    }
    provenance = Provenance(
      sources: try fields.sha256IfAny("sourcesSha256"), prover: try fields.stringIfAny("prover"))
  }

  /// As it is sent.
  public var json: JSONValue {
    var out: JSONObject = [
      "projectName": .string(projectName), "region": .string(region),
      "contract": contract.document, "contractSha256": .string(contractSha256.hex),
    ]
    out.add("planId", planID)
    out.add("sourcesSha256", sha256: provenance.sources)
    out.add("prover", provenance.prover)
    return .object(out)
  }
}

import Contracts
import Digests
import JSON

/// What came of a task: as it comes back.
enum ProofResult: Sendable, Hashable {
  /// What the sources were proven to be and packed to.
  struct Packed: Sendable, Hashable {
    var contract: Contract
    /// Of the image's manifest.
    var image: Digest
    /// Of the sources' tar.
    var sources: Digest
    /// The prover's version.
    var prover: String
  }

  case packed(Packed)
  /// Why the layer is no app of ours.
  case refused(String)
  /// Why nobody could look.
  case failed(String)

  /// Most bytes of one.
  static let limit = 4 << 20

  var bytes: [UInt8] {
    let json: JSONValue =
      switch self {
      case .packed(let packed):
        [
          "contract": packed.contract.document, "image": .string("\(packed.image)"),
          "sources": .string("\(packed.sources)"), "prover": .string(packed.prover),
        ]
      case .refused(let reason): ["refused": .string(reason)]
      case .failed(let reason): ["failed": .string(reason)]
      }
    return json.minifiedBytes
  }

  init(_ bytes: [UInt8]) throws(JSONError) {
    let json = try JSONReader.strict(bytes)
    if let reason = json["refused"]?.stringValue {
      self = .refused(reason)
    } else if let reason = json["failed"]?.stringValue {
      self = .failed(reason)
    } else if let contract = json["contract"],
      let image = json["image"]?.stringValue.flatMap({ Digest($0) }),
      let sources = json["sources"]?.stringValue.flatMap({ Digest($0) }),
      let prover = json["prover"]?.stringValue
    {
      let contract = try Contract(document: contract)
      self = .packed(
        Packed(contract: contract, image: image, sources: sources, prover: prover))
    } else {
      throw JSONError(.shape(path: "result", expected: "what was proven"))
    }
  }
}

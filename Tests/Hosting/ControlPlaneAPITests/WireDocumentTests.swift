import Contracts
import Digests
import JSON
import Testing

@testable import ControlPlaneAPI

struct WireDocumentTests {
  private static let sha = Digest.sha256(of: "contract")

  // As it is read again: what is not mentioned does not hold.
  private static let contract: Contract = {
    var contract = Contract(handlerPath: "handler.ts")
    for property in Property.allCases { contract.properties[property] = false }
    return contract
  }()

  private static var plan: ReviewPlan {
    var plan = ReviewPlan(
      id: "plan-1", projectName: "orders", baselineSha: sha, proposedSha: sha,
      createdAt: 1_776_602_096_789, reasons: [.newEnvRead("A"), .newSecretSent("B", to: "x.com")])
    plan.decidedAt = 1_776_602_097_000
    plan.decidedByTokenID = "t1"
    plan.consumedAt = 1_776_602_098_001
    plan.status = .consumed
    return plan
  }

  private static var grant: CapabilityGrant {
    var grant = CapabilityGrant(
      id: "g", projectName: "orders", sourcePlanID: "plan-1", createdAt: 1, expiresAt: 2_000,
      reasons: [.newWriteEffect])
    grant.revokedAt = 1_500
    grant.status = .revoked
    return grant
  }

  private static let live = LiveService(
    serviceID: "s", scopeID: "default", region: "local", planID: "small", image: "h/n/x@sha256:1",
    envKeys: ["A"], status: .running, url: "http://x", generation: 3)

  static let documents: [any WireDocument] = [
    DeviceStart(deviceCode: "d", userCode: "u", verificationURL: "v"), DevicePoll(deviceCode: "d"),
    SignedIn(token: "t", email: "e"), SignedIn(email: nil), NoBody(),
    SessionRequest(
      projectName: "orders", region: "local", contract: contract, planID: "p",
      provenance: Provenance(sources: sha, prover: "1.2")),
    DeploySession(
      sessionID: "s", provider: "process", registryHost: "h:1", namespace: "n",
      registryUsername: "u", registryPassword: "p", scopeID: "c", planID: "small", region: "local",
      registryCredentialID: "i", urlHint: "http://x", expiresAt: 1_776_602_096, grantIDs: ["g"]),
    PlanRequired(
      planID: "p", reviewURL: "http://r", baselineSha: nil, proposedSha: sha, expiresAt: 17,
      reasons: [.newEnvRead("A"), .newWriteEffect],
      coverage: GrantCoverage(covered: [.newWriteEffect], uncovered: [.newEnvRead("A")])),
    plan, PlanApproval(mode: .once), PlanApproval(mode: .grant, expiresAt: 1_776_602_096_789),
    PlanDecision(plan: plan, grants: [grant]), grant, GrantList(grants: [grant]),
    RevokedGrant(grant: grant), live,
    ServiceUpdate(
      sessionID: "s", image: "i", env: ["A": "1", "B": ""], keepEnv: ["C"], ifGeneration: 4),
    ServiceUpdate(sessionID: "s", image: "i", env: [:], keepEnv: [], ifGeneration: nil),
    DeployAccepted(serviceID: "s", deploymentID: "d", url: nil, generation: 1),
    DeploymentStatus(status: .failed, message: "m", url: "u"),
    Page(
      entries: [
        DeploymentEntry(
          deploymentID: "d", generation: 2, image: "i", contractSha: sha, createdAt: 5,
          email: "e", status: .pending, message: nil)
      ], next: "n"),
    Page(entries: [ServiceEntry(name: "orders", service: live)]),
    Problem(status: 409, title: "moved", detail: "d", reasons: ["r"], current: live),
  ]

  private static func again<Document: WireDocument>(_ document: Document) throws {
    let bytes = document.json.minifiedBytes
    #expect(try Document(body: bytes) == document)
    #expect(try Document(answer: bytes) == document)
    // Unknown keys are ignored, null reads as nothing.
    var more = try #require(document.json.objectValue)
    more["tomorrow"] = ["x": 1]
    #expect(try Document(answer: JSONValue.object(more).minifiedBytes) == document)
  }

  @Test(arguments: documents.indices)
  func whatIsWrittenIsReadAsTheSame(_ index: Int) throws {
    try Self.again(Self.documents[index])
  }

  /// Every member that has to be there is missed, and no other type does in its place.
  @Test(arguments: documents.indices)
  func whatIsMissingOrOfAnotherTypeIsRefused(_ index: Int) throws {
    func check<Document: WireDocument>(_ document: Document) throws {
      let object = try #require(document.json.objectValue)
      for key in object.keys {
        var other = object
        other[key] = object[key]?.boolValue == nil ? .bool(true) : "x"
        #expect(throws: JSONError.self, "\(Document.self).\(key)") {
          try Document(json: .object(other))
        }
      }
      #expect(throws: JSONError.self) { try Document(json: .array([])) }
      #expect(throws: JSONError.self) { try Document(body: Array("{".utf8)) }
    }
    try check(Self.documents[index])
  }

  /// Reference: control-plane.md: seconds in sessions and 202, RFC 3339 with milliseconds elsewhere.
  @Test func timesAreWrittenAsThePageSays() {
    let plan = Self.plan.json
    #expect(plan["createdAt"] == "2026-04-19T12:34:56.789Z")
    #expect(plan["expiresAt"] == "2026-04-19T13:04:56.789Z")
    #expect(plan["consumedAt"] == "2026-04-19T12:34:58.001Z")
    #expect(Self.grant.json["expiresAt"] == "1970-01-01T00:00:02.000Z")
    #expect(Self.documents[6].json["expiresAt"] == 1_776_602_096)
    #expect(Self.documents[7].json["expiresAt"] == 17)
  }

  @Test func aContractThatIsNotTheOneOfItsDigestIsRefused() throws {
    let request = SessionRequest(
      projectName: "orders", region: "local", contract: Contract(handlerPath: "handler.ts"))
    var lie = try #require(request.json.objectValue)
    lie["contractSha256"] = .string(Self.sha.hex)
    #expect(throws: JSONError.self) { try SessionRequest(json: .object(lie)) }
    // One with a member that nobody would have looked at.
    var contract = try #require(request.contract.document.objectValue)
    contract["alsoAllows"] = ["everything"]
    lie["contract"] = .object(contract)
    lie["contractSha256"] = .string(
      Digest.sha256(of: JSONValue.object(contract).canonicalBytes).hex)
    let error = #expect(throws: JSONError.self) { try SessionRequest(json: .object(lie)) }
    #expect(error?.description.contains("session.contract") == true)
  }

  @Test func anUpdateHasToSayWhatItSaw() throws {
    let update = ServiceUpdate(
      sessionID: "s", image: "i", env: [:], keepEnv: [], ifGeneration: nil)
    #expect(update.json["ifGeneration"] == .null)
    var silent = try #require(update.json.objectValue)
    silent["ifGeneration"] = nil
    #expect(throws: JSONError.self) { try ServiceUpdate(json: .object(silent)) }
  }

  @Test func aKeyThatStandsTwiceInABodyIsRefused() throws {
    let text = #"{"mode":"once","mode":"grant"}"#
    #expect(throws: JSONError.self) { try PlanApproval(body: Array(text.utf8)) }
  }

  @Test func onlyGrantsExpire() {
    #expect(throws: JSONError.self) {
      try PlanApproval(json: ["mode": "once", "expiresAt": "2026-04-19T12:34:56.789Z"])
    }
  }
}

struct ControlPlaneCallTests {
  private static let names = ["orders", "a/b", "..", "ä ö", "%2F", "a?b#c", "100%", "a/index.json"]

  @Test func aPathIsReadAsTheCallItWasMadeOf() {
    var calls: [ControlPlaneCall] = [
      .startDevice, .pollDevice, .verifyToken, .logout, .openSession, .grants, .services,
      .auditCheckpoint,
    ]
    for name in Self.names {
      calls += [
        .plan(name), .approvePlan(name), .rejectPlan(name), .projectGrants(name),
        .revokeGrant(name), .service(name), .serviceDeployments(name), .serviceLogs(name),
        .deployment(name),
      ]
    }
    for call in calls {
      #expect(ControlPlaneCall(path: call.path) == call, "\(call.path)")
      #expect(!call.methods.isEmpty)
    }
    #expect(Set(calls.map(\.path)).count == calls.count)
  }

  @Test func namesAreOneSegment() {
    #expect(ControlPlaneCall.service("a/b ?#%").path == "/v1/services/a%2Fb%20%3F%23%25")
    #expect(ControlPlaneCall.plan("p-1").path == "/v1/deploy/plans/p-1")
    #expect(ControlPlaneCall.approvePlan("p").path == "/v1/deploy/plans/p/approve")
    #expect(ControlPlaneCall.projectGrants("x").path == "/v1/projects/x/grants")
  }

  @Test(arguments: [
    "", "/", "/v1", "/v1/", "/v2/services", "/v1/services/", "/v1/services/%zz",
    "/v1/services/a/b", "/v1/services/%ff", "v1/services", "/v1/auth/logout/", "//v1/services",
    "/v1/deploy/plans//approve",
  ])
  func anythingElseIsNoCall(_ path: String) { #expect(ControlPlaneCall(path: path) == nil) }
}

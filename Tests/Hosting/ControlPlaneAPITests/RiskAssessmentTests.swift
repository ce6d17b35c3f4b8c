import Contracts
import Digests
import Testing

@testable import ControlPlaneAPI

struct RiskAssessmentTests {
  private static func contract(_ change: (inout Contract) -> Void = { _ in }) -> Contract {
    var contract = Contract(handlerPath: "handler.ts")
    contract.env.literal = ["API_KEY", "REGION"]
    contract.env.secret = ["API_KEY"]
    contract.egress.hosts = ["api.x.com"]
    contract.egress.credentials = [
      Contract.EgressCredential(source: "API_KEY", header: "authorization", host: "api.x.com")
    ]
    contract.cache.namespaces = ["carts"]
    contract.capabilities = ["env", "network"]
    for property in Property.allCases { contract.properties[property] = true }
    contract.proofLevel = .complete
    change(&contract)
    return contract
  }

  /// What a change of the contract is called.
  private static func reasons(_ change: (inout Contract) -> Void) -> [String] {
    RiskAssessment(from: .init(contract()), to: .init(contract(change))).reasons.map(\.description)
  }

  @Test func nothingNewIsNoRisk() {
    #expect(Self.reasons { _ in } == [])
    let less = Self.reasons {
      $0.env = .init()
      $0.egress = .init()
      $0.cache = .init()
      $0.capabilities = []
    }
    #expect(less == [])
  }

  @Test func eachExpansionIsAReason() {
    #expect(
      Self.reasons { $0.env.literal += ["B", "A"] } == ["new env read: A", "new env read: B"])
    #expect(Self.reasons { $0.egress.hosts += ["y.com"] } == ["new egress host: y.com"])
    #expect(Self.reasons { $0.cache.namespaces += ["n"] } == ["new cache namespace: n"])
    #expect(Self.reasons { $0.capabilities += ["sqlite"] } == ["new capability: sqlite"])
    let leak = "no-secret-leakage:API_KEY->body:auth.example.com"
    #expect(
      Self.reasons { $0.allowedLeaks = [leak] }
        == ["new allowed leak: API_KEY to body:auth.example.com"])
    #expect(
      Self.reasons { $0.allowedLeaks = ["no-secret-leakage"] } == ["new allowed leak: * to *"])
    #expect(Self.reasons { $0.env.secret = [] } == ["secret declared config: API_KEY"])
    #expect(
      Self.reasons { $0.proofLevel = .partial } == ["proof level lowered: complete to partial"])
  }

  @Test func aSecretIsNewForEachHostAndNotForEachHeader() {
    func sending(_ source: String, _ header: String, _ host: String) -> [String] {
      Self.reasons {
        $0.egress.credentials.append(
          Contract.EgressCredential(source: source, header: header, host: host))
      }
    }
    #expect(sending("API_KEY", "x-key", "api.x.com") == [])
    #expect(
      sending("API_KEY", "authorization", "y.com") == ["new secret sent: API_KEY to y.com"])
    #expect(
      sending("authorization", "authorization", "api.x.com")
        == ["new secret sent: authorization to api.x.com"])
  }

  @Test(arguments: Property.allCases)
  func aPropertyThatIsLostIsAReason(_ property: Property) {
    let expected = "property lost: \(property.label)"
    let write = property == .readOnly ? ["new effect: write"] : []
    #expect(Self.reasons { $0.properties[property] = false } == write + [expected])
    #expect(Self.reasons { $0.properties[property] = nil } == write + [expected])
    // What was not shown before is not lost.
    let before = Self.contract { $0.properties[property] = false }
    #expect(RiskAssessment(from: .init(before), to: .init(before)).reasons == [])
    #expect(RiskAssessment(from: .init(before), to: .init(Self.contract())).reasons == [])
  }

  @Test func whatIsNotKnownAsALiteralAnyMoreIsAReason() {
    #expect(Self.reasons { $0.env.dynamic = true } == ["dynamic env access"])
    #expect(Self.reasons { $0.egress.dynamic = true } == ["dynamic egress access"])
    #expect(Self.reasons { $0.cache.dynamic = true } == ["dynamic cache access"])
    #expect(Self.reasons { $0.sql.dynamic = true } == ["dynamic sql access"])
  }

  @Test func newRoutesAreNoRisk() {
    let changed = Self.reasons {
      $0.api.routes = [Contract.APIRoute(method: "GET", path: "/new", pathParams: [])]
      $0.api.routesDynamic = true
    }
    #expect(changed == [])
  }

  @Test func aSecretNameThatIsNewAndDeclaredConfigIsAReason() {
    let proposed = Self.contract { $0.env.literal += ["DB_PASSWORD"] }
    let assessment = RiskAssessment(
      from: .init(Self.contract()), to: .init(proposed), isSecretName: { $0.hasSuffix("PASSWORD") })
    #expect(
      assessment.reasons
        == [.newEnvRead("DB_PASSWORD"), .secretDeclaredConfig("DB_PASSWORD")])
    let honest = Self.contract {
      $0.env.literal += ["DB_PASSWORD"]
      $0.env.secret += ["DB_PASSWORD"]
    }
    let other = RiskAssessment(
      from: .init(Self.contract()), to: .init(honest), isSecretName: { $0.hasSuffix("PASSWORD") })
    #expect(other.reasons == [.newEnvRead("DB_PASSWORD")])
  }

  @Test func anotherProversOpinionOfTheSameSourcesIsNoReason() {
    let proposed = Self.contract { $0.properties[.retrySafe] = false }
    func assess(_ sources: (String, String), _ provers: (String, String)) -> RiskAssessment {
      RiskAssessment(
        from: .init(
          Self.contract(), Provenance(sources: .sha256(of: sources.0), prover: provers.0)),
        to: .init(proposed, Provenance(sources: .sha256(of: sources.1), prover: provers.1)))
    }
    #expect(assess(("s", "s"), ("1", "2")).reasons == [])
    #expect(assess(("s", "s"), ("1", "2")).isReproven)
    #expect(assess(("s", "t"), ("1", "2")).reasons == [.propertyLost(.retrySafe)])
    #expect(assess(("s", "s"), ("1", "1")).reasons == [.propertyLost(.retrySafe)])
    #expect(!assess(("s", "s"), ("1", "1")).isReproven)
    let unknown = RiskAssessment(from: .init(Self.contract()), to: .init(proposed))
    #expect(unknown.reasons == [.propertyLost(.retrySafe)])
  }

  @Test func aFirstDeployIsComparedWithAHandlerThatDoesNothing() {
    let first = RiskAssessment(
      from: nil,
      to: .init(
        Self.contract {
          $0.properties[.readOnly] = false
          $0.properties[.retrySafe] = false
          $0.proofLevel = .none
        })
    ).reasons.map(\.description)
    #expect(
      first == [
        "new env read: API_KEY", "new env read: REGION", "new egress host: api.x.com",
        "new cache namespace: carts", "new capability: env", "new capability: network",
        "new secret sent: API_KEY to api.x.com", "new effect: write",
      ])
  }

  @Test func namesAreToldApartByTheirBytes() {
    let before = Self.contract { $0.env.literal = ["é"] }
    let after = Self.contract { $0.env.literal = ["e\u{301}"] }
    let assessment = RiskAssessment(from: .init(before), to: .init(after))
    #expect(assessment.reasons == [.newEnvRead("e\u{301}")])
  }
}

struct GrantCoverageTests {
  private static func grant(_ reasons: [RiskReason]) -> CapabilityGrant {
    CapabilityGrant(
      id: "g", projectName: "p", sourcePlanID: "s", createdAt: 0, expiresAt: nil, reasons: reasons)
  }

  @Test func whatWasGrantedIsCovered() {
    let reasons: [RiskReason] = [.newEnvRead("A"), .newEnvRead("B"), .newWriteEffect]
    let coverage = GrantCoverage(
      of: reasons, by: [Self.grant([.newEnvRead("B")]), Self.grant([.newEgressHost("x")])])
    #expect(coverage.covered == [.newEnvRead("B")])
    #expect(coverage.uncovered == [.newEnvRead("A"), .newWriteEffect])
  }

  @Test(arguments: [CapabilityGrant.Status.revoked, .expired])
  func aGrantThatEndedCoversNothing(_ status: CapabilityGrant.Status) {
    var grant = Self.grant([.newWriteEffect])
    grant.status = status
    #expect(GrantCoverage(of: [.newWriteEffect], by: [grant]).covered == [])
    #expect(GrantCoverage.using([grant], for: [.newWriteEffect]) == [])
  }

  /// Reference: control-plane.md: approved once, never granted.
  @Test func leaksAndLostLeakPropertiesAreNeverGranted() {
    let never: [RiskReason] = [
      .propertyLost(.noSecretLeakage), .propertyLost(.noCredentialLeakage),
      .newAllowedLeak("A", to: "b"), .other("what is this"),
    ]
    for reason in never {
      #expect(!reason.isGrantable)
      #expect(GrantCoverage(of: [reason], by: [Self.grant([reason])]).uncovered == [reason])
    }
    for property in Property.allCases
    where property != .noSecretLeakage && property != .noCredentialLeakage {
      #expect(RiskReason.propertyLost(property).isGrantable)
    }
  }
}

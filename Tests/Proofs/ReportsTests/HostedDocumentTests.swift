import ArtifactGraph
import Contracts
import ControlPlaneAPI
import Digests
import Testing

@testable import Reports

/// What is told of deploys through a control plane, as text.
@Suite struct HostedDocumentTests {
  private static let required = PlanRequired(
    planID: "plan_01", reviewURL: "https://cp.example/plans/plan_01", baselineSha: nil,
    proposedSha: .sha256(of: "proposed"), expiresAt: 1_776_604_000,
    reasons: [.newEnvRead("KEY"), .newCacheNamespace("seen")],
    coverage: GrantCoverage(covered: [.newEnvRead("KEY")], uncovered: [.newCacheNamespace("seen")]))

  private static func report(_ change: (inout ProofReport) -> Void = { _ in }) -> ProofReport {
    var report = ProofReport(
      event: Samples.event { $0.region = "eu-west" }, facts: Samples.facts())
    change(&report)
    return report
  }

  @Test func aReviewStandsBeforeTheBlockersAndItsAddressLast() throws {
    let document = DeployDocument(
      Self.report {
        $0.review = ReviewSummary(Self.required)
        $0.blockers = [
          .drift(reason: "region changed"), .review(reason: "new cache namespace: seen"),
        ]
      }, isDryRun: false, hosted: .init())
    try Golden.expect(document.text.text, is: "deploy-review.txt")
    try Golden.expect(document.jsonLine.text, is: "deploy-review.json")
  }

  @Test func anAddressIsTheLastLine() throws {
    var hosted = DeployDocument.Hosted()
    hosted.reference = "registry.example/team/orders@sha256:" + Samples.sha("a")
    hosted.url = "https://orders.example"
    (hosted.deployment, hosted.generation, hosted.status) = ("deployment_01", 7, "running")
    let document = DeployDocument(Self.report(), isDryRun: false, hosted: hosted)
    try Golden.expect(document.text.text, is: "deploy-hosted.txt")
    try Golden.expect(document.jsonLine.text, is: "deploy-hosted.json")
  }

  @Test func aPlanAndItsDecision() throws {
    var plan = ReviewPlan(
      id: "plan_01", projectName: "orders", baselineSha: .sha256(of: "baseline"),
      proposedSha: .sha256(of: "proposed"), createdAt: 1_776_602_096_789,
      reasons: [.newEnvRead("KEY"), .newSecretSent("KEY", to: "api.example")])
    try Golden.expect(ReviewDocument(plan).text.text, is: "review-pending.txt")
    (plan.status, plan.decidedAt, plan.decidedByTokenID) = (.approved, 1_776_602_100_000, "tok_1")
    plan.baselineSha = nil
    try Golden.expect(ReviewDocument(plan).text.text, is: "review-approved.txt")
    let grant = CapabilityGrant(
      id: "grant_01", projectName: "orders", sourcePlanID: "plan_01", createdAt: 1_776_602_100_000,
      expiresAt: 1_779_194_100_000, reasons: plan.reasons)
    let decision = PlanDecision(plan: plan, grants: [grant])
    try Golden.expect(DecisionDocument(decision).text.text, is: "review-granted.txt")
    #expect(
      DecisionDocument(PlanDecision(plan: plan, grants: [])).text.text
        == "Review:     plan plan_01 approved\n")
    #expect(GrantsDocument([]).text.text == "no grants\n")
    #expect(RevokedGrantDocument(grant).text.text == "Grant:      grant_01 active\n")
  }

  @Test func reasonsOfDriftAreAsTheProtocolWordsThem() {
    let reasons: [(ServiceDrift, String)] = [
      (.changed(field: .scope, from: "a", to: "b"), "scope changed from a to b"),
      (.changed(field: .region, from: "a", to: "b"), "region changed from a to b"),
      (.changed(field: .plan, from: "a", to: "b"), "plan changed from a to b"),
      (.surplusEnv(["A", "B"]), "managed env keys would be removed: A, B"),
      (
        .changed(field: .image, from: "a", to: "b"),
        "image changed since the last deploy recorded here: a to b"
      ),
      (.unrecorded, "service was not deployed from this store"),
    ]
    for (drift, reason) in reasons { #expect(drift.reason == reason) }
  }

  @Test func whatAControlPlaneSaysStaysOnItsLine() {
    let hostile = "a\u{1b}[2J\nb\u{202e}c"
    let live = LiveService(
      serviceID: hostile, scopeID: hostile, region: hostile, planID: hostile, image: hostile,
      envKeys: [hostile], status: .running, url: hostile, generation: 1)
    let entry = DeploymentEntry(
      deploymentID: hostile, generation: 1, image: hostile, contractSha: .sha256(of: "x"),
      createdAt: 0, email: hostile, status: .failed, message: hostile)
    var hosted = DeployDocument.Hosted()
    (hosted.reference, hosted.url, hosted.deployment) = (hostile, hostile, hostile)
    let texts = [
      DriftDocument(
        of: hostile, at: hostile, live, line: 1,
        [.changed(field: .region, from: hostile, to: hostile), .surplusEnv([hostile])]
      ).text,
      ServicesDocument([ServiceEntry(name: hostile, service: live)], isCut: false).text,
      DeploymentsDocument(of: hostile, [entry], isCut: false).text,
      LogLineDocument(hostile, of: hostile).text,
      SignInDocument(controlPlane: hostile, email: hostile).text,
      DeployDocument(Self.report(), isDryRun: false, hosted: hosted).text,
    ]
    for text in texts {
      expectNothingHostile(text.text)
      #expect(!text.text.contains("\u{1b}"))
    }
    #expect(texts[3].text.filter { $0 == "\n" }.count == 1)
  }
}

import ArgumentParser
import ControlPlaneAPI
import Reports

/// `zigttp review`
struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Show what a deploy would be allowed more, and decide on it.",
    discussion: """
      Shows the plan with what is new in the contract. --approve allows exactly this contract, for \
      one deploy; with --grant each reason is allowed to the project from now on, for as long as \
      --expires says. --reject says no.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var controlPlane: ControlPlaneOptions

  @Flag(help: "Approve the plan.")
  var approve = false

  @Flag(help: "Reject the plan.")
  var reject = false

  @Flag(help: "With --approve: grant its reasons to the project as well.")
  var grant = false

  @Option(
    help: ArgumentHelp(
      "With --grant: how long the grants last, such as 12h, 30d or 8w.", valueName: "time"))
  var expires: String?

  @Argument(help: ArgumentHelp("As a deploy printed it.", valueName: "plan"))
  var plan: String

  private func lifetime() throws -> Int64? {
    guard let expires else { return nil }
    let units: [Character: Int64] = ["h": 3600, "d": 86_400, "w": 604_800]
    guard let unit = expires.last.flatMap({ units[$0] }), let count = Int64(expires.dropLast()),
      (1...100_000).contains(count)
    else {
      throw ValidationError("--expires is '\(expires)', expected a number with h, d or w behind it")
    }
    return count * unit * 1000
  }

  func validate() throws {
    if approve, reject { throw ValidationError("--approve and --reject exclude each other") }
    if grant, !approve { throw ValidationError("--grant is for --approve") }
    if expires != nil, !grant { throw ValidationError("--expires is for --grant") }
    _ = try lifetime()
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let access = try ControlPlaneAccess(controlPlane, invocation)
    let console = Console()
    guard approve || reject else {
      return try console.answer(
        ReviewDocument(access.reader().plan(plan)), asJSON: global.json)
    }
    let client = try access.client()
    let decision =
      if approve {
        try client.approve(
          plan,
          PlanApproval(
            mode: grant ? .grant : .once, expiresAt: lifetime().map { invocation.now() + $0 }))
      } else {
        try client.reject(plan)
      }
    try console.answer(DecisionDocument(decision), asJSON: global.json)
  }
}

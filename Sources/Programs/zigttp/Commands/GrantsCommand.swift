import ArgumentParser
import Reports

/// `zigttp grants`
struct GrantsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grants", abstract: "List what projects were granted.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var controlPlane: ControlPlaneOptions

  @Argument(help: "Of this project only.")
  var project: String?

  mutating func run() throws {
    let reader = try ControlPlaneAccess(controlPlane, Invocation.current(global)).reader()
    try Console().answer(GrantsDocument(reader.grants(of: project)), asJSON: global.json)
  }
}

/// `zigttp revoke-grant`
struct RevokeGrantCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke-grant", abstract: "End a grant: the next deploy that needs it is reviewed."
  )

  @OptionGroup var global: GlobalOptions
  @OptionGroup var controlPlane: ControlPlaneOptions

  @Argument(help: ArgumentHelp("As `grants` shows it.", valueName: "grant"))
  var grant: String

  mutating func run() throws {
    let client = try ControlPlaneAccess(controlPlane, Invocation.current(global)).client()
    try Console().answer(RevokedGrantDocument(client.revokeGrant(grant)), asJSON: global.json)
  }
}

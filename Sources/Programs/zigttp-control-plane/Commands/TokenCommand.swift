import ArgumentParser
import ControlPlane
import Encodings

/// `zigttp-control-plane token`: who may ask for what.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make, list and revoke tokens.",
    discussion: "Works beside the server, which takes notice with the next request.",
    subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

/// `zigttp-control-plane token create`
struct TokenCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a token and print it, once.",
    discussion: """
      The token stands alone on stdout; only its SHA-256 is kept. `zigttp login` takes it.
      """)

  @OptionGroup var place: DataOption

  @Option(help: ArgumentHelp("Whose it is: an address.", valueName: "email"))
  var email: String

  @Option(
    help: ArgumentHelp("What it may: deploy, review, admin, with commas.", valueName: "rights"))
  var can = "deploy,review"

  @Option(
    help: ArgumentHelp("For which project; may be repeated. Without, for all.", valueName: "name"))
  var project: [String] = []

  @Option(help: ArgumentHelp("Days until it ends; without, never.", valueName: "days"))
  var expires: Int64?

  @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
  var note = ""

  private func rights() throws -> Set<TokenRight> {
    let names = can.split(separator: ",").map(String.init)
    let rights = names.compactMap { TokenRight(rawValue: $0) }
    guard rights.count == names.count, !rights.isEmpty else {
      throw ValidationError("--can is '\(can)', expected some of deploy, review, admin")
    }
    return Set(rights)
  }

  func validate() throws {
    _ = try rights()
    if let expires, !(1...36500).contains(expires) {
      throw ValidationError("--expires is \(expires), expected 1 to 36500")
    }
  }

  mutating func run() throws {
    let now = ControlPlane.systemClock()
    let projects: ProjectScope =
      project.isEmpty ? .all : .only(Set(project.map { ByteName($0) }))
    let made = try Tokens(place.folder()).create(
      email: email, rights: rights(), projects: projects, note: note,
      expiresAt: expires.map { now + $0 * 86_400_000 }, now: now)
    let console = Console()
    console.tell("token \(made.kept.id) of \(SafeText(escaping: email)); it is shown this once:")
    guard console.answer(made.token + "\n") else {
      throw ProgramFailure("could not write to stdout: revoke the token \(made.kept.id)")
    }
  }
}

/// `zigttp-control-plane token list`
struct TokenListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens, without what only their holders know.")

  @OptionGroup var place: DataOption

  mutating func run() throws {
    let now = ControlPlane.systemClock()
    let rows = try Tokens(place.folder()).all().map { token -> [String] in
      let rights = TokenRight.allCases.filter(token.rights.contains).map(\.rawValue)
      return [
        token.id, token.email, rights.joined(separator: ","), Self.projects(token),
        UTCTime(milliseconds: token.createdAt).iso8601, Self.state(token, now), token.note,
      ]
    }
    let titles = ["ID", "EMAIL", "CAN", "PROJECTS", "CREATED", "STATE", "NOTE"]
    let shown = ([titles] + rows).map { $0.map { SafeText(escaping: $0).text } }
    let widths = titles.indices.map { column in shown.map { $0[column].count }.max() ?? 0 }
    for row in shown {
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      let line = cells.joined(separator: "  ")
      let end = line.lastIndex { $0 != " " }
      guard Console().answer((end.map { String(line[...$0]) } ?? "") + "\n") else {
        throw ProgramFailure("could not write to stdout")
      }
    }
  }

  private static func projects(_ token: TokenRecord) -> String {
    switch token.projects {
    case .all: "all"
    case .only(let names): names.sortedTexts.joined(separator: ",")
    }
  }

  private static func state(_ token: TokenRecord, _ now: Int64) -> String {
    if token.revokedAt != nil { return "revoked" }
    guard let expires = token.expiresAt else { return "active" }
    return expires > now ? "until \(UTCTime(milliseconds: expires).iso8601)" : "expired"
  }
}

/// `zigttp-control-plane token revoke`
struct TokenRevokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke a token.")

  @OptionGroup var place: DataOption

  @Argument(help: ArgumentHelp("As `list` shows it.", valueName: "id"))
  var id: String

  mutating func run() throws {
    guard try Tokens(place.folder()).revoke(id, now: ControlPlane.systemClock()) else {
      throw ProgramFailure("there is no token \(SafeText(escaping: id)) to revoke")
    }
    Console().tell("revoked: \(SafeText(escaping: id))")
  }
}

import ArgumentParser
import Encodings
import Files
import RegistryServer
import Reports

/// `zigttp registry token`: who may use a registry that is not on loopback.
struct RegistryTokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make, list and revoke the tokens of a registry.",
    discussion: """
      Works beside the server, which takes notice with the next request.
      """,
    subcommands: [
      RegistryTokenCreateCommand.self, RegistryTokenListCommand.self,
      RegistryTokenRevokeCommand.self,
    ])
}

/// `zigttp registry token create`
struct RegistryTokenCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a token and print it, once.",
    discussion: """
      Only its SHA-256 is kept. A client gives it as the password of whatever user, or as bearer.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var place: RegistryDataOption

  @Option(
    help: ArgumentHelp("What it may: pull, push, delete, with commas.", valueName: "rights"))
  var can = "pull,push"

  @Option(
    help: ArgumentHelp(
      "For which repositories: a name, NAME/* or *; may be repeated. Without, for all.",
      valueName: "pattern"))
  var repository: [String] = []

  @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
  var note = ""

  private func rights() throws -> Set<RegistryRight> {
    let names = can.split(separator: ",").map(String.init)
    let rights = names.compactMap { RegistryRight(rawValue: $0) }
    guard rights.count == names.count, !rights.isEmpty else {
      throw ValidationError("--can is '\(can)', expected some of pull, push, delete")
    }
    return Set(rights)
  }

  private func patterns() throws -> [RepositoryPattern] {
    try (repository.isEmpty ? ["*"] : repository).map { text in
      guard let pattern = RepositoryPattern(text) else {
        throw ValidationError("--repository is '\(text)', expected a name, NAME/* or *")
      }
      return pattern
    }
  }

  func validate() throws {
    _ = try rights()
    _ = try patterns()
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let made = try TokenFile(invocation.registry(place)).create(
      rights: rights(), repositories: patterns(), note: note, now: invocation.now() / 1000)
    let console = Console()
    console.tell("token \(made.kept.id); it is shown this once:")
    try console.answer(
      CreatedTokenDocument(id: made.kept.id, token: made.token), asJSON: global.json)
  }
}

/// `zigttp registry token list`
struct RegistryTokenListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens, without what only their holders know.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var place: RegistryDataOption

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let tokens = try TokenFile(invocation.registry(place)).all()
    let entries = tokens.map { token in
      RegistryTokensDocument.Entry(
        id: token.id,
        rights: RegistryRight.allCases.filter(token.rights.contains).map(\.rawValue),
        repositories: token.repositories.map(\.description), created: token.created,
        note: token.note)
    }
    try Console().answer(RegistryTokensDocument(entries), asJSON: global.json)
  }
}

/// `zigttp registry token revoke`
struct RegistryTokenRevokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke a token.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var place: RegistryDataOption

  @Argument(help: ArgumentHelp("As `list` shows it.", valueName: "id"))
  var id: String

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    guard try TokenFile(invocation.registry(place)).revoke(id) else {
      throw CommandFailure(.failure, "there is no token \(id)")
    }
    Console().tell("revoked: \(id)")
  }
}

extension Invocation {
  /// Where a registry's data lies.
  func registry(_ place: RegistryDataOption) -> RegistryLayout {
    RegistryLayout(root: Paths.absolute(place.data, in: directory))
  }
}

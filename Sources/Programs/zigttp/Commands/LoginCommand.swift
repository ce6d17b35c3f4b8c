import ArgumentParser
import ControlPlaneClient
import Reports

/// `zigttp login`
struct LoginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Sign in to the control plane.",
    discussion: """
      Asks for a token, which is not shown while it is typed; an empty line signs in with a browser \
      instead, by a code that is typed on a page of the control plane. Where there is no terminal, \
      --token-stdin takes the token from a pipe and --device prints the code. The token is kept in \
      ~/.zigttp/credentials, which nobody else can read, and goes to this control plane alone: the \
      one that ZIGTTP_CONTROL_PLANE_URL names.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var controlPlane: ControlPlaneOptions

  @Flag(help: "Take the token from standard input.")
  var tokenStdin = false

  @Flag(help: "Sign in by a code that is typed on a page of the control plane.")
  var device = false

  func validate() throws {
    if tokenStdin, device {
      throw ValidationError("--token-stdin and --device exclude each other")
    }
  }

  mutating func run() throws {
    let access = try ControlPlaneAccess(controlPlane, Invocation.current(global))
    let signIn = SignIn(access)
    guard tokenStdin || device || Terminal.isThere else { throw SignIn.nobody(access.address) }
    let who = try tokenStdin ? signIn.piped() : device ? signIn.device() : signIn.ask()
    let document = SignInDocument(controlPlane: access.address.origin, email: who.email)
    try Console().answer(document, asJSON: global.json)
  }
}

/// `zigttp logout`
struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "Revoke the token of the control plane, and forget it.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var controlPlane: ControlPlaneOptions

  mutating func run() throws {
    let access = try ControlPlaneAccess(controlPlane, Invocation.current(global))
    let origin = access.address.origin
    let entry = try access.credentials.entry(for: origin)
    if let entry {
      // One that cannot be revoked now is kept: it is good still, and can be revoked later.
      try ControlPlaneClient(access.address, TokenSource(entry.token), over: access.transport)
        .logout()
      try access.credentials.forget(origin)
    }
    try Console().answer(
      SignOutDocument(controlPlane: origin, wasSignedIn: entry != nil), asJSON: global.json)
  }
}

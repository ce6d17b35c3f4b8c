import ControlPlaneAPI
import ControlPlaneClient
import Encodings
import Files

/// Brings a token to the credentials: typed, piped, or let in from somebody's browser.
struct SignIn {
  private let access: ControlPlaneAccess
  private let console = Console()
  // A token that is refused is asked for once again.
  private static let attempts = 2

  init(_ access: ControlPlaneAccess) { self.access = access }

  private var address: ControlPlaneAddress { access.address }

  /// At a terminal.
  func ask() throws -> SignedIn {
    for attempt in 1... {
      let typed = try Terminal.secret(
        "Token for \(address.origin) (an empty line signs in with a browser): ")
      let token = typed.map(Self.trimmed)
      guard let token, !token.isEmpty else {
        if typed == nil { throw Self.nobody(address) }
        return try device()
      }
      do { return try take(token) } catch let error as ControlPlaneClientError
        where error.code == .unauthorized && attempt < Self.attempts
      {
        console.warn("\(address.origin) does not take this token")
      }
    }
    throw Self.nobody(address)
  }

  /// For a command whose token is none or was refused.
  func askAgain() throws -> String? {
    console.tell("\(address.origin) wants to know who asks.")
    return try ask().token
  }

  /// From a pipe.
  func piped() throws -> SignedIn {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try StandardStream.contents(limit: 8192) } catch {
      throw CommandFailure(.failure, "stdin: \(error)")
    }
    let token = Self.trimmed(String(decoding: bytes, as: UTF8.self))
    guard !token.isEmpty else {
      throw CommandFailure(
        .notSignedIn, "stdin holds no token",
        next: "Pipe it in: `zigttp login --token-stdin < FILE`.")
    }
    return try take(token)
  }

  /// By a code that is typed at another screen.
  func device() throws -> SignedIn {
    let nobody = TokenSource(nil)
    let flow = try DeviceSignIn(
      ControlPlaneClient(address, nobody, over: access.transport))
    console.tell("Open \(flow.start.verificationURL)")
    console.tell("and type \(flow.start.userCode)")
    let found = try flow.wait()
    try access.credentials.save(
      CredentialsFile.Entry(token: found.token, email: found.email), for: address.origin)
    return SignedIn(token: found.token, email: found.email)
  }

  /// Why nobody could be asked.
  static func nobody(_ address: ControlPlaneAddress) -> CommandFailure {
    CommandFailure(
      .notSignedIn, "not signed in to \(address.origin), and there is no terminal to ask at",
      next: "Pipe a token into `zigttp login --token-stdin`, or run `zigttp login --device`.")
  }

  // Only one that the control plane takes is kept.
  private func take(_ token: String) throws -> SignedIn {
    guard CredentialsFile.canBeSent(token) else {
      throw CommandFailure(
        .notSignedIn, "that is no token: expected printable characters without spaces",
        next: "Make one on the pages of \(address.origin).")
    }
    let client = ControlPlaneClient(address, TokenSource(token), over: access.transport)
    let who = try client.verifyToken()
    try access.credentials.save(
      CredentialsFile.Entry(token: token, email: who.email), for: address.origin)
    return SignedIn(token: token, email: who.email)
  }

  private static func trimmed(_ text: String) -> String {
    let units = text.utf8.drop { $0 <= 0x20 }
    let end = units.lastIndex { $0 > 0x20 }.map { units.index(after: $0) } ?? units.startIndex
    return String(decoding: units[..<end], as: UTF8.self)
  }
}

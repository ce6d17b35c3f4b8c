import ArgumentParser
import Files
import Glibc
import Ingress

/// `zigttp-control-plane ingress`
struct IngressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingress", abstract: "Pass requests on to services, by host name.",
    discussion: """
      `serve` has one run already. Started by hand it goes by the same routes, on another address.

      A request for NAME.DOMAIN goes to the service NAME. Fields that tell of clients \
      (X-Forwarded-For and the like) are ours alone, unless a --trusted-proxy sends them. On SIGTERM \
      it ends the requests that are under way, then itself.
      """)

  @Option(help: ArgumentHelp("Where to listen; port 0 is any.", valueName: "host:port"))
  var listen = "127.0.0.1:8080"

  @Option(
    help: ArgumentHelp("The folder of the file of routes: DATA/process/routes.", valueName: "dir"))
  var routes: String

  @Option(help: ArgumentHelp("Services answer at NAME.DOMAIN.", valueName: "domain"))
  var domain = "localhost"

  @Option(
    help: ArgumentHelp(
      "Believe a proxy what it says of clients; may be repeated.", valueName: "address[/bits]"))
  var trustedProxy: [String] = []

  func validate() throws {
    _ = try address()
    _ = try proxies()
  }

  private func address() throws -> (host: String, port: Int) {
    guard let colon = listen.lastIndex(of: ":"),
      let port = UInt16(listen[listen.index(after: colon)...]),
      colon > listen.startIndex
    else { throw ValidationError("--listen is '\(listen)', expected HOST:PORT") }
    var host = String(listen[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return (host, Int(port))
  }

  private func proxies() throws -> [TrustedProxy] {
    try trustedProxy.map { text in
      guard let proxy = TrustedProxy(text) else {
        throw ValidationError(
          "--trusted-proxy is '\(text)', expected an address such as 10.0.0.1 or 10.0.0.0/8")
      }
      return proxy
    }
  }

  mutating func run() throws {
    let (host, port) = try address()
    var options = IngressOptions(host: host, port: port, routesFolder: routes)
    options.domain = domain
    options.trustedProxies = try proxies()
    options.notice = Self.tell
    let isClean = try IngressServer.serve(options) { port in
      Self.tell("ingress listening on \(host.contains(":") ? "[\(host)]" : host):\(port)")
    }
    if !isClean { throw ExitCode(1) }
  }

  private static let tell: @Sendable (String) -> Void = { text in
    Array("\(text)\n".utf8).withUnsafeBytes {
      try? StandardStream.write($0, to: STDERR_FILENO)
    }
  }
}

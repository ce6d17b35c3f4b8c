import ArgumentParser
import Digests
import HTTPListener

/// `zigttp-control-plane serve`
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve a control plane from a folder.",
    discussion: """
      Answers `zigttp deploy`, keeps the images (an OCI registry at /v2), and shows people what waits \
      for a review. Make a token first: `zigttp-control-plane token create --data DIR --email E`.

      An image is accepted only when its sources, proven again here, give the contract that was \
      approved, and packed again the same image. That needs the runtime that zigttp packs: beside \
      this program, in ../libexec/zigttp, or --runtime.

      On loopback it speaks plain http. Elsewhere give it a certificate, or put a proxy with TLS \
      before it and say with --public-url where people reach it.

      One line a request is written to stderr. /healthz answers while it serves, /readyz once it can \
      work, /metrics counts for Prometheus, for a token with the right to admin. On SIGTERM it ends \
      the requests that are under way, then itself; services go on running.
      """)

  @OptionGroup var place: DataOption

  @Option(help: ArgumentHelp("Where to listen; port 0 is any.", valueName: "host:port"))
  var listen = "127.0.0.1:8787"

  @Option(help: ArgumentHelp("Where people reach it, as https://HOST.", valueName: "url"))
  var publicURL: String?

  @Option(help: ArgumentHelp("Certificate chain, a PEM file.", valueName: "file"))
  var tlsCert: String?

  @Option(help: ArgumentHelp("Key of the certificate, a PEM file.", valueName: "file"))
  var tlsKey: String?

  @Flag(help: "Let nobody decide on a plan that he asked for himself.")
  var fourEyes = false

  @Flag(help: "Have the first deploy of a project reviewed as well.")
  var reviewFirstDeploy = false

  @Option(help: ArgumentHelp("The runtime that images are packed with.", valueName: "file"))
  var runtime: String?

  @Option(
    help: ArgumentHelp(
      "Trust a runtime layer besides, by what it unpacks to (diff id); may be repeated.",
      valueName: "digest"))
  var trustRuntime: [String] = []

  @OptionGroup var services: ServiceOptions

  @Flag(help: "End the services as well on SIGTERM: for demos, tests and containers.")
  var foreground = false

  @Option(help: ArgumentHelp("Seconds that requests may take to end.", valueName: "seconds"))
  var drain: Int64 = 10

  func validate() throws {
    if (tlsCert == nil) != (tlsKey == nil) {
      throw ValidationError("--tls-cert and --tls-key belong together")
    }
    if !(0...3600).contains(drain) {
      throw ValidationError("--drain is \(drain), expected 0 to 3600")
    }
    let address = try address()
    if ["0.0.0.0", "::"].contains(address.host), publicURL == nil {
      throw ValidationError(
        "--listen \(listen) needs --public-url: nobody can ask for \(address.host)")
    }
    _ = try publicPlace()
    _ = try trusted()
  }

  func address() throws -> ListenAddress {
    guard let address = ListenAddress(listen) else {
      throw ValidationError("--listen is '\(listen)', expected HOST:PORT")
    }
    return address
  }

  /// The public URL, and the host of it.
  func publicPlace() throws -> (url: String, authority: String)? {
    guard let publicURL else { return nil }
    let url = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    let scheme = ["https://", "http://"].first { url.hasPrefix($0) }
    let authority = url.dropFirst(scheme?.count ?? 0)
    guard scheme != nil, !authority.isEmpty,
      authority.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") })
    else { throw ValidationError("--public-url is '\(publicURL)', expected https://HOST") }
    return (url, authority.lowercased())
  }

  func trusted() throws -> [Digest] {
    try trustRuntime.map { text in
      guard let digest = Digest(text), digest.algorithm == .sha256 else {
        throw ValidationError("--trust-runtime is '\(text)', expected sha256:<64 hex digits>")
      }
      return digest
    }
  }

  mutating func run() throws {
    let settings = try ServeSettings(self)
    if settings.listener.tls == nil, !ListenerOptions.isLoopback(settings.address.host) {
      Console().tell("warning: tokens travel in the clear here: put a proxy with TLS before it")
    }
    try AssembledServer(settings).run()
  }
}

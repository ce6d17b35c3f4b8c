import ArgumentParser
import Encodings
import Files
import Glibc
import HTTPListener
import RegistryServer
import Threads

/// `zigttp registry serve`
struct RegistryServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve an OCI registry from a folder.",
    discussion: """
      Speaks the OCI distribution protocol 1.1: skopeo, podman, docker, oras and zigttp push to it \
      and pull from it. What was pushed is on the device before the answer goes out.

      On loopback anybody may pull, push and delete, unless --require-token is given. Elsewhere \
      tokens are needed (`zigttp registry token create`), as the password of whatever user or as \
      bearer; --anonymous-pull lets anybody read. Without --tls-cert, tokens travel in the clear: \
      put a proxy with TLS before it, or give it a certificate.

      What no repository has any more is removed from time to time. A blob that no manifest names \
      stays for --grace after a client was last told that it is there.

      One line a request is written to stderr. /healthz answers while it serves, /metrics counts for \
      Prometheus. On SIGTERM it ends the requests that are under way, then itself.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var place: RegistryDataOption

  @Option(help: ArgumentHelp("Where to listen; port 0 is any.", valueName: "host:port"))
  var listen = "127.0.0.1:5000"

  @Option(help: ArgumentHelp("Certificate chain, a PEM file.", valueName: "file"))
  var tlsCert: String?

  @Option(help: ArgumentHelp("Key of the certificate, a PEM file.", valueName: "file"))
  var tlsKey: String?

  @Flag(help: "Let anybody pull.")
  var anonymousPull = false

  @Flag(help: "Ask for a token on loopback as well.")
  var requireToken = false

  @Flag(help: "Take nothing, remove nothing.")
  var readOnly = false

  @Option(
    help: ArgumentHelp("How long requests may take to end on SIGTERM.", valueName: "duration"))
  var drain = Grace(seconds: 10)

  @Option(help: ArgumentHelp("From one collection to the next; 0 for none.", valueName: "duration"))
  var collectEvery = Grace(seconds: 3600)

  @Option(
    help: ArgumentHelp("Keep a blob that no manifest names for so long.", valueName: "duration"))
  var grace = Grace(seconds: 86400)

  func validate() throws {
    if (tlsCert == nil) != (tlsKey == nil) {
      throw ValidationError("--tls-cert and --tls-key belong together")
    }
    _ = try address()
  }

  private func address() throws -> ListenAddress {
    guard let address = ListenAddress(listen) else {
      throw ValidationError("--listen is '\(listen)', expected HOST:PORT")
    }
    return address
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let folder = Paths.absolute(place.data, in: invocation.directory)
    let address = try address()
    let host = address.host
    let isOpen = ListenerOptions.isLoopback(host) && !requireToken
    let access = AccessPolicy(
      anonymous: isOpen ? Set(RegistryRight.allCases) : anonymousPull ? [.pull] : [],
      isReadOnly: readOnly, tokens: TokenFile(RegistryLayout(root: folder)))
    var listener = ListenerOptions(
      host: host, port: address.port,
      tls: tlsCert.flatMap { chain in
        tlsKey.map { key in
          ListenerOptions.TLS(
            certificates: Paths.absolute(chain, in: invocation.directory),
            key: Paths.absolute(key, in: invocation.directory))
        }
      })
    listener.drain = drain.seconds
    let console = Console()
    let scheme = listener.tls == nil ? "http" : "https"
    listener.onListening = { port in
      console.tell("registry listening on \(scheme)://\(host):\(port)")
    }
    var options = try RegistryOptions(listener, access: access)
    options.collectEvery = collectEvery.seconds == 0 || readOnly ? nil : collectEvery.seconds
    options.grace = grace.seconds
    options.log = { line in console.tell("\(Self.time()) \(line)") }
    let store = try RegistryStore(folder: folder, maximumUploads: options.limits.uploads)
    try Self.run(RegistryServer(store, options))
  }

  private static func time() -> SafeText {
    "\(UTCTime(milliseconds: UTCTime.millisecondsNow).iso8601)"
  }

  // The program is synchronous; its main thread waits here.
  private static func run(_ server: RegistryServer) throws {
    do { try Awaiting.run { try await server.run() } } catch let error as RegistryError {
      throw error
    } catch {
      throw CommandFailure(
        .failure, "the registry could not be served: \(SafeText(escaping: "\(error)"))")
    }
  }
}

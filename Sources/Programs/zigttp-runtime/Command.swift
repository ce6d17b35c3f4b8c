import Encodings
import Glibc
import HandlerRuntime

/// What the arguments ask for.
enum Command {
  case help
  case version
  /// Of a folder, or of what this program carries.
  case attest(folder: String?)
  /// A folder's handler, that of an app layer on standard input (`-`), or what this program carries.
  case compile(place: String?)
  case serve(ServeOptions)

  init(_ arguments: [String]) throws(UsageError) {
    guard let first = arguments.first else {
      self = .serve(try ServeOptions([]))
      return
    }
    let rest = Array(arguments.dropFirst())
    // Of a command as well as of the program; a folder of that name is ./help.
    if rest.contains("--help") || rest.contains("-h") {
      self = .help
      return
    }
    switch first {
    case "help", "--help", "-h": self = .help
    case "version", "--version":
      guard rest.isEmpty else { throw UsageError("version takes no arguments") }
      self = .version
    case "attest":
      guard rest.count <= 1, rest.first?.hasPrefix("-") != true else {
        throw UsageError("attest takes at most one folder")
      }
      self = .attest(folder: rest.first)
    case "compile":
      guard rest.count <= 1, rest.first?.hasPrefix("-") != true || rest.first == "-" else {
        throw UsageError("compile takes at most one folder, or - for an app layer")
      }
      self = .compile(place: rest.first)
    case "serve": self = .serve(try ServeOptions(rest))
    // Options alone mean `serve`, as no argument does.
    case _ where first.hasPrefix("-"): self = .serve(try ServeOptions(arguments))
    default:
      throw UsageError("unknown command '\(first)', expected serve, attest, compile or version")
    }
  }
}

/// Arguments that cannot be understood.
struct UsageError: Error {
  var message: SafeText
  init(_ message: SafeText) { self.message = message }
}

/// How `serve` is to be run.
struct ServeOptions {
  var folder: String?
  var listening = ListeningOptions()
  var loops: Int?
  var workers = 64
  var environmentFile: String?
  var readsEnvironmentFile = true
  var isQuiet = false
  var allowsMissingEnvironment = false
  var server = ServerLimits()
  /// Nil for as many as there are descriptors for.
  var connections: Int?
  var application = Application.Limits()
  var outbound = OutboundLimits()
  var cacheBytes = 64 << 20
  /// Where rows are kept; nil for a database in memory.
  var database: String?

  init() {}

  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if !argument.hasPrefix("-") {
        guard folder == nil else { throw UsageError("more than one folder: '\(argument)'") }
        folder = argument
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if try takeFlag(name) || listening.takeFlag(name) {
        guard parts.count == 1 else { throw UsageError("\(name) takes no value") }
        continue
      }
      guard Self.valueOptions.contains(name) || ListeningOptions.valueOptions.contains(name) else {
        throw UsageError("unknown option '\(name)'")
      }
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
        throw UsageError("\(name) needs a value")
      }
      if try !listening.take(name, value) { try take(name, value) }
    }
    try listening.settle(variable: getenv("PORT").map { String(cString: $0) })
    if !privateHosts.isEmpty, outbound.privateEgress == .allowed {
      throw UsageError("--allow-private-egress is of use with --deny-private-egress alone")
    }
  }

  /// Which hosts of private networks may be reached although the others may not.
  private var privateHosts: Set<ByteName> = []

  private mutating func takeFlag(_ name: String) throws(UsageError) -> Bool {
    switch name {
    case "--no-env-file": readsEnvironmentFile = false
    case "--quiet": isQuiet = true
    case "--deny-private-egress": outbound.privateEgress = .denied(except: privateHosts)
    case "--allow-missing-env": allowsMissingEnvironment = true
    default: return false
    }
    return true
  }

  private static let valueOptions: Set<String> = [
    "--sqlite", "--loops", "--workers", "--env-file", "--max-body", "--max-head",
    "--max-headers", "--head-timeout", "--body-timeout", "--idle-timeout", "--drain-timeout",
    "--max-queue", "--max-connections", "--max-steps", "--max-memory", "--max-cache",
    "--fetch-timeout",
    "--max-fetch-body", "--allow-private-egress",
  ]

  private mutating func take(_ name: String, _ value: String) throws(UsageError) {
    func number(_ range: ClosedRange<Int>) throws(UsageError) -> Int {
      guard let number = Int(value), range.contains(number) else {
        throw UsageError(
          "\(name) \(value): expected a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    let bytes = 1...(1 << 40)
    let seconds = 1...86_400
    switch name {
    case "--loops": loops = try number(1...1024)
    case "--workers": workers = try number(1...4096)
    case "--env-file": environmentFile = value
    case "--sqlite":
      guard !value.isEmpty else { throw UsageError("--sqlite needs the name of a file") }
      database = value
    case "--max-body": server.bodyBytes = try number(0...(1 << 40))
    case "--max-head": server.headBytes = try number(256...(1 << 24))
    case "--max-headers": server.headFields = try number(1...100_000)
    case "--head-timeout": server.headSeconds = try number(seconds)
    case "--body-timeout": server.bodySeconds = try number(seconds)
    case "--idle-timeout": server.idleSeconds = try number(seconds)
    case "--drain-timeout": server.drainSeconds = try number(0...86_400)
    case "--max-queue": server.queuedRequests = try number(0...1_000_000)
    case "--max-connections": connections = try number(1...(1 << 20))
    case "--max-steps": application.steps = try number(1...(1 << 50))
    case "--max-memory": application.memoryBytes = try number((1 << 16)...(1 << 40))
    case "--max-cache": cacheBytes = try number(bytes)
    case "--allow-private-egress":
      privateHosts.insert(ByteName(HostWords.bare(value).lowercased()))
      if case .denied = outbound.privateEgress {
        outbound.privateEgress = .denied(except: privateHosts)
      }
    case "--fetch-timeout": outbound.seconds = try number(seconds)
    case "--max-fetch-body": outbound.bodyBytes = try number(bytes)
    default: throw UsageError("unknown option '\(name)'")
    }
  }
}

/// The help text.
enum Usage {
  static let text: SafeText = """
    usage: zigttp-runtime [serve [DIR]] [options]
           zigttp-runtime attest [DIR]
           zigttp-runtime compile [DIR | -]
           zigttp-runtime version

    Serves the handler this program carries, or the one unpacked in DIR. attest prints what it is;
    compile ends with 0 where it would start, env values aside, and opens no socket (-: the handler
    of an app layer's tar on standard input).

      --host HOST            address or name to listen on, * for all addresses (127.0.0.1)
      --port PORT            port to listen on; 0 takes a free one (PORT of the environment, 3000)
      --listen ADDRESS       HOST:PORT, or unix:PATH for a socket in the file system, in place of both
      --socket-mode MODE     permissions of that socket, in octal (600)
      --tls-cert FILE        speak TLS (1.2 and up) with the certificates in FILE, the server's first, and
      --tls-key FILE         its private key, both in PEM form; SIGHUP reads them again
      --log text|json|off    a line on standard error for each request: method, path without query,
                             status, bytes, time and an id, which the answer has as x-request-id; an
                             id that the request came with is kept (off)
      --no-gzip              send no answer compressed; text of 1 KiB and more is to clients that take it
      --etag                 give answers to GET a tag, and a client that has one 304 in its place
      --metrics ADDRESS      counters for Prometheus at an address of their own, GET /metrics
      --env-file FILE        read env values from FILE instead of ./.env
      --no-env-file          read env values from the environment alone
      --sqlite FILE          keep what zigttp:sql writes in FILE instead of in memory
      --allow-missing-env    start although a required env name is missing
      --quiet                say nothing but errors
      --loops N              event loops (one for each core it may use)
      --deny-private-egress  let the handler reach no address of this machine, a private network or a
                             cloud's metadata, whatever name leads there
      --allow-private-egress HOST
                             but for this host; may be repeated
      --workers N            threads for handlers that call fetch (64)

    limits:
      --max-body BYTES       request body (1048576)
      --max-head BYTES       request line and header fields (32768)
      --max-headers N        header fields (100)
      --head-timeout S       time for a request's head (10)
      --body-timeout S       time for a request's body (10)
      --idle-timeout S       time a connection may stay unused (75)
      --drain-timeout S      time for requests in flight after SIGTERM (10)
      --max-queue N          requests waiting for a worker (256)
      --max-connections N    connections at a time; at the limit the one that has been idle the
                             longest is closed (as many as files may be open, ulimit -n)
      --max-steps N          calls and loop turns of a request (100000000)
      --max-memory BYTES     memory of a request (67108864)
      --max-cache BYTES      memory of the cache (67108864)
      --fetch-timeout S      time for one fetch (30)
      --max-fetch-body BYTES body of a fetch's request or response (8388608)

    signals: SIGTERM, SIGINT and SIGQUIT stop it once requests in flight are answered, a second one
    ends it at once; SIGHUP reads env values and certificates again

    exit codes: 0 stopped, 1 failure or requests cut off, 7 the handler is not what was packed, 64 usage,
    78 a required env name is missing

    """
}

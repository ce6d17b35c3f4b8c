import Encodings
import HandlerRuntime

/// Where `serve` listens and whom it tells of what it answers.
struct ListeningOptions {
  private var host: String?
  private var port: Int?
  private var listen: ListenAddress?
  private var socketMode: UInt32?
  /// Nil for no line a request.
  private(set) var log: AccessLog.Format?
  /// Where the counters are; nil for nowhere.
  private(set) var metrics: ListenAddress?
  private var certificate: String?
  private var key: String?
  /// The files of certificates and key; nil where TLS is not spoken.
  private(set) var identity: (certificate: String, key: String)?
  /// In which form answers go out.
  private(set) var representation = Representation(compresses: true)
  /// Settled from all of them.
  private(set) var address = ListenAddress.tcp(host: Self.standardHost, port: Self.standardPort)

  private static let standardHost = "127.0.0.1"
  private static let standardPort = 3000

  static let valueOptions: Set<String> = [
    "--host", "--port", "--listen", "--socket-mode", "--log", "--metrics", "--tls-cert",
    "--tls-key",
  ]

  /// Takes an option without a value; false where it is another's.
  mutating func takeFlag(_ name: String) -> Bool {
    switch name {
    case "--no-gzip": representation.compresses = false
    case "--etag": representation.tags = true
    default: return false
    }
    return true
  }

  /// Takes an option with its value; false where it is another's.
  mutating func take(_ name: String, _ value: String) throws(UsageError) -> Bool {
    switch name {
    case "--host": host = value
    case "--port": port = try Self.port(value, "--port \(value)")
    case "--listen": listen = try Self.address(name, value)
    case "--metrics": metrics = try Self.address(name, value)
    case "--socket-mode":
      guard value.utf8.count <= 4, let mode = UInt32(value, radix: 8), mode <= 0o777 else {
        throw UsageError("--socket-mode \(value): expected permissions in octal, such as 660")
      }
      socketMode = mode
    case "--tls-cert": certificate = value
    case "--tls-key": key = value
    case "--log":
      guard value != "off" else {
        log = nil
        break
      }
      guard let format = AccessLog.Format(rawValue: value) else {
        throw UsageError("--log \(value): expected text, json or off")
      }
      log = format
    default: return false
    }
    return true
  }

  /// Brings together what was given.
  /// - Parameter variable: `PORT` of the environment, which counts where no flag says a port.
  mutating func settle(variable: String?) throws(UsageError) {
    if let listen {
      guard host == nil, port == nil else {
        throw UsageError("--listen takes the place of --host and --port; give either")
      }
      address = listen
    } else {
      if port == nil, let variable, !variable.isEmpty {
        port = try Self.port(variable, "PORT=\(variable) in the environment")
      }
      address = .tcp(host: host ?? Self.standardHost, port: port ?? Self.standardPort)
    }
    switch (certificate, key) {
    case (nil, nil): break
    case (let certificate?, let key?): identity = (certificate, key)
    case (_?, nil):
      throw UsageError("--tls-cert needs --tls-key with the certificate's private key")
    case (nil, _?): throw UsageError("--tls-key needs --tls-cert with the key's certificate")
    }
    guard let socketMode else { return }
    guard case .unix(let path, _) = address else {
      throw UsageError("--socket-mode is of use with --listen unix:PATH alone")
    }
    address = .unix(path: path, mode: socketMode)
  }

  private static func port(_ text: String, _ what: SafeText) throws(UsageError) -> Int {
    guard let port = Int(text), (0...65535).contains(port) else {
      throw UsageError("\(what): expected a number from 0 to 65535")
    }
    return port
  }

  private static func address(
    _ name: String, _ text: String
  ) throws(UsageError) -> ListenAddress {
    guard let address = ListenAddress(text) else {
      throw UsageError("\(name) \(text): expected HOST:PORT, [ADDRESS]:PORT or unix:PATH")
    }
    return address
  }
}

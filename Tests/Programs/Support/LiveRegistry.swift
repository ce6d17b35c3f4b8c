import Foundation
import TestSupport
import Testing

/// A registry on a port of this machine: ours, or Debian's.
final class LiveRegistry {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case ours
    case debian
    var testDescription: String { rawValue }
  }

  let port: Int
  let kind: Kind
  private let workspace: Workspace
  private var server: Server?
  private var process: Child?

  var host: String { "127.0.0.1:\(port)" }

  /// Where what it stores lies.
  var folder: String { workspace.path + "/registry" }

  init(_ kind: Kind) throws {
    self.kind = kind
    workspace = try Workspace()
    switch kind {
    case .ours:
      let server = try Server.start(
        Programs.zigttp,
        ["registry", "serve", "--data", workspace.path + "/registry", "--listen", "127.0.0.1:0"],
        workspace)
      self.server = server
      port = server.port
    case .debian:
      guard let program = ForeignPrograms.find("docker-registry") else {
        throw Server.Failure(description: "docker-registry is not installed")
      }
      port = try Server.freePort()
      try workspace.write(
        "config.yml",
        """
        version: 0.1
        log:
          level: error
        storage:
          filesystem:
            rootdirectory: \(workspace.path)/registry
        http:
          addr: 127.0.0.1:\(port)

        """)
      process = try Child(
        Command(
          executable: program, arguments: ["serve", workspace.path + "/config.yml"],
          directory: workspace.path, environment: workspace.environment()),
        output: "/dev/null", errors: workspace.home + "/log")
      try waitUntilUp()
    }
  }

  deinit {
    server?.stop()
    if let process {
      kill(process.pid, SIGKILL)
      _ = process.wait()
    }
  }

  private func waitUntilUp() throws {
    for _ in 0..<4800 {
      if (try? ask("/v2/")) != nil { return }
      usleep(25_000)
    }
    throw Server.Failure(description: "docker-registry does not answer")
  }

  func ask(
    _ path: String, method: String = "GET", body: String? = nil
  ) throws -> Server.Answer {
    try Server(address: "127.0.0.1", port: port).ask(
      path, method: method, body: body,
      headers: ["manifest", "index"].map { "Accept: application/vnd.oci.image.\($0).v1+json" })
  }

  /// Puts a manifest there as any client may.
  func put(_ manifest: String, as tag: String, in repository: String) throws -> Int {
    let curl = ForeignPrograms.find("curl") ?? "/usr/bin/curl"
    let result = try Command(
      executable: curl,
      arguments: [
        "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", "-H",
        "Content-Type: application/vnd.oci.image.manifest.v1+json", "--data-binary", manifest,
        "http://\(host)/v2/\(repository)/manifests/\(tag)",
      ], directory: "/"
    ).run()
    return Int(result.output) ?? 0
  }

  /// Puts a blob there.
  func putBlob(_ bytes: [UInt8], digest: String, in repository: String) throws -> Int {
    let curl = ForeignPrograms.find("curl") ?? "/usr/bin/curl"
    let file = workspace.path + "/blob-\(UUID().uuidString)"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    let begun = try Command(
      executable: curl,
      arguments: [
        "-sS", "-D", "-", "-o", "/dev/null", "-X", "POST",
        "http://\(host)/v2/\(repository)/blobs/uploads/",
      ], directory: "/"
    ).run()
    let line = begun.output.split(whereSeparator: \.isNewline)
      .first { $0.lowercased().hasPrefix("location: ") }
    guard let line else { return 0 }
    var place = String(line.dropFirst("location: ".count))
    if place.hasPrefix("/") { place = "http://\(host)\(place)" }
    let sent = try Command(
      executable: curl,
      arguments: [
        "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", "-H",
        "Content-Type: application/octet-stream", "--data-binary", "@\(file)",
        "\(place)\(place.contains("?") ? "&" : "?")digest=\(digest)",
      ], directory: "/"
    ).run()
    return Int(sent.output) ?? 0
  }
}

/// Stands between a client and a registry and counts the bytes in both directions.
final class CountingProxy: @unchecked Sendable {
  // Unchecked: what changes is behind the lock.
  private let lock = NSLock()
  private var bytes = 0
  private let listener: Int32
  private let target: Int
  let port: Int

  var count: Int { lock.withLock { bytes } }
  func reset() { lock.withLock { bytes = 0 } }

  init(to target: Int) throws {
    self.target = target
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var place = Self.place(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw Server.Failure(description: "no proxy") }
    port = Int(UInt16(bigEndian: place.sin_port))
    Thread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        if client < 0 { return }
        serve(client)
      }
    }.start()
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func place(_ port: Int) -> sockaddr_in {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(port).bigEndian
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    return place
  }

  private func serve(_ client: Int32) {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var place = Self.place(target)
    let isConnected = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else {
      close(client)
      close(server)
      return
    }
    let ends = Ends(first: client, second: server)
    Thread { [self] in copy(from: client, to: server, ends) }.start()
    Thread { [self] in copy(from: server, to: client, ends) }.start()
  }

  private func copy(from source: Int32, to sink: Int32, _ ends: Ends) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let got = recv(source, &buffer, buffer.count, 0)
      if got <= 0 { break }
      lock.withLock { bytes += got }
      var sent = 0
      while sent < got {
        let more = buffer.withUnsafeBytes {
          send(sink, $0.baseAddress! + sent, got - sent, Int32(MSG_NOSIGNAL))
        }
        if more <= 0 { break }
        sent += more
      }
    }
    shutdown(sink, Int32(SHUT_WR))
    ends.leave()
  }

  /// Two sockets that are closed when both directions are done.
  private final class Ends: @unchecked Sendable {
    // Unchecked: what changes is behind the lock.
    private let lock = NSLock()
    private var left = 2
    private let sockets: [Int32]

    init(first: Int32, second: Int32) { sockets = [first, second] }

    func leave() {
      let isLast = lock.withLock {
        left -= 1
        return left == 0
      }
      if isLast { for socket in sockets { close(socket) } }
    }
  }
}

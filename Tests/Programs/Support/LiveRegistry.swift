import Foundation
import Synchronization
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
final class CountingProxy: Sendable {
  private let bytes = Mutex(0)
  private let listener: LoopbackListener

  var port: Int { listener.port }
  var count: Int { bytes.withLock { $0 } }
  func reset() { bytes.withLock { $0 = 0 } }

  init(to target: Int) throws {
    listener = try LoopbackListener()
    try listener.accept { [self] client in
      Thread {
        defer { close(client) }
        guard let server = Tunnel.connect(to: target) else { return }
        defer { close(server) }
        Tunnel.join(client, server) { count in self.bytes.withLock { $0 += count } }
      }.start()
    }
  }

  func stop() { listener.stop() }
}

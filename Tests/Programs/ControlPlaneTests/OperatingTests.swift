import ControlPlaneAPI
import Foundation
import JSON
import TestSupport
import Testing

/// Tokens, stopping, backup and restore, as an operator does it.
@Suite struct OperatingTests {
  @Test func tokensAreMadeListedAndRevoked() throws {
    let plane = try ControlPlaneProcess()
    let made = try plane.run(
      "token", "create", "--data", "data", "--email", "ci@example.com", "--can", "deploy",
      "--project", "orders", "--expires", "30", "--note", "of \u{1b}[31mCI")
    #expect(made.status == 0, "\(made.errors)")
    let token = try #require(made.lines.first)
    #expect(made.lines.count == 1)
    #expect(!made.errors.contains(token))
    #expect(try plane.ask("GET", "/v1/services", token).status == 200)
    let list = try plane.run("token", "list", "--data", "data")
    #expect(list.output.contains("ci@example.com") && list.output.contains("orders"))
    #expect(!list.output.contains(token) && !list.output.contains("\u{1b}"))
    let id = try #require(list.lines.last?.split(separator: " ").first)
    #expect(try plane.run("token", "revoke", "--data", "data", "\(id)").status == 0)
    #expect(try plane.ask("GET", "/v1/services", token).status == 401)
    #expect(try plane.run("token", "revoke", "--data", "data", "\(id)").status == 1)
    #expect(try plane.run("token", "list", "--data", "data").output.contains("revoked"))
    // The command wrote it down; the server appends it before it says that it is ready.
    #expect(try plane.ask("GET", "/readyz").status == 200)
    #expect(try plane.actions() == ["token.created", "token.revoked"])
    let everything = try FileManager.default.subpathsOfDirectory(atPath: plane.data)
    for name in everything {
      let bytes = (try? Data(contentsOf: URL(fileURLWithPath: "\(plane.data)/\(name)"))) ?? Data()
      #expect(bytes.range(of: Data(token.utf8)) == nil, "\(name)")
    }
  }

  @Test func oneServerHasAFolder() throws {
    let plane = try ControlPlaneProcess()
    let second = try plane.run(
      "serve", "--data", "data", "--listen", "127.0.0.1:0", "--provider", "none")
    #expect(second.status == 1)
    #expect(second.errors.contains("serves this folder already"), "\(second.errors)")
    let taken = try plane.run(
      "serve", "--data", "other", "--listen", plane.host, "--provider", "none")
    #expect(taken.status == 1)
    #expect(taken.errors.contains("could not be served"), "\(taken.errors)")
  }

  @Test func stopEndsTheServer() throws {
    let plane = try ControlPlaneProcess()
    let stopped = try plane.run("stop", "--data", "data")
    #expect(stopped.status == 0, "\(stopped.errors)")
    #expect(plane.server.stop() == 0)
    let again = try plane.run("stop", "--data", "data")
    #expect(again.status == 1)
    #expect(again.errors.contains("no server has this folder"), "\(again.errors)")
  }

  @Test(arguments: [
    ["serve"], ["serve", "--data", "d", "--listen", "nonsense"],
    ["serve", "--data", "d", "--tls-cert", "x"],
    ["serve", "--data", "d", "--listen", "0.0.0.0:0"],
    ["serve", "--data", "d", "--public-url", "ftp://x"],
    ["serve", "--data", "d", "--public-url", "https://x/y"],
    ["serve", "--data", "d", "--trust-runtime", "abc"],
    ["token", "create", "--data", "d"],
    ["token", "create", "--data", "d", "--email", "a@b.c", "--can", "fly"], ["backup"],
    ["restore", "x"], ["nothing"], ["prove-image", "1", "2"],
  ])
  func argumentsThatAreNone(_ words: [String]) throws {
    let place = try Workspace()
    let result = try ControlPlaneProcess.run(words, in: place)
    #expect(result.status == 64, "\(result.errors)")
    #expect(!place.has("d"))
  }

  /// Copied while services are deployed; another machine goes on with it.
  @Test func backedUpWhileServingAndRestored() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let deployed = try DeployedHandler(Samples.greeter)
    try plane.deploy(deployed, token)
    let open = try plane.session(deployed, token)
    let next = try plane.openSession(try DeployedHandler(Samples.greeterWithoutEnv), token)
    #expect(next.status == 200)
    let backup = try plane.run("backup", "../plane.backup", "--data", "data")
    #expect(backup.status == 0, "\(backup.errors)")
    let file = (plane.place.path as NSString).deletingLastPathComponent + "/plane.backup"
    #expect(try permissions(file) == 0o600)
    let over = try plane.run("backup", "../plane.backup", "--data", "data")
    #expect(over.status == 1)
    #expect(over.errors.contains("is there already"), "\(over.errors)")

    let place = try Workspace()
    let restored = try ControlPlaneProcess.run(["restore", file, "--data", "data"], in: place)
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(restored.errors.contains("restored: 1 services"), "\(restored.errors)")
    #expect(restored.errors.contains("secrets.key"), "\(restored.errors)")
    let keyless = try ControlPlaneProcess.run(
      ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--provider", "none"], in: place)
    #expect(keyless.status == 1)
    #expect(keyless.errors.contains("secrets.key is not there"), "\(keyless.errors)")

    let again = try ControlPlaneProcess(
      ["--secrets-key-file", plane.data + "/secrets.key"], in: place)
    let live = try LiveService(answer: try again.ask("GET", "/v1/services/orders", token).body)
    #expect(live.generation == 1)
    // The session is void, and so are its credentials; a new one works, and what was pushed is there.
    #expect(try again.put(open, "orders", deployed.image, token, generation: 1).status == 403)
    let pushed = try deployed.push(
      to: "\(again.host)/services/orders", host: again.host, open.registryUsername,
      open.registryPassword)
    #expect(pushed.status != 0)
    let session = try again.session(deployed, token)
    let accepted = try again.put(session, "orders", deployed.image, token, generation: 1)
    #expect(accepted.status == 202, "\(accepted.text)")
    #expect(try again.actions().contains("restored"))
    let verified = try again.verifyAudit()
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let full = try ControlPlaneProcess.run(["restore", file, "--data", "data"], in: place)
    #expect(full.status == 1)
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("openssl"), "openssl is not installed"))
  func servedWithACertificate() throws {
    let place = try Workspace()
    let made = try Command(
      executable: ForeignPrograms.find("openssl") ?? "/usr/bin/openssl",
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost",
      ], directory: place.path, environment: place.environment()
    ).run()
    try #require(made.status == 0, "\(made.errors)")
    let log = place.home + "/tls.log"
    let child = try Child(
      Command(
        executable: Programs.controlPlane,
        arguments: [
          "serve", "--data", "data", "--listen", "127.0.0.1:0", "--provider", "none", "--tls-cert",
          "cert.pem",
          "--tls-key", "key.pem", "--provider", "none",
        ], directory: place.path, environment: place.environment()),
      output: "/dev/null", errors: log)
    defer {
      kill(child.pid, SIGTERM)
      _ = child.wait()
    }
    var port: Substring?
    for _ in 0..<4800 where port == nil {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      port = text.firstRange(of: "listening on https://127.0.0.1:").map { mark in
        text[mark.upperBound...].prefix { $0.isNumber }
      }
      usleep(25_000)
    }
    let curl = try Command(
      executable: ForeignPrograms.find("curl") ?? "/usr/bin/curl",
      arguments: [
        "-sS", "--cacert", "cert.pem", "--resolve", "localhost:\(port ?? "0"):127.0.0.1",
        "https://localhost:\(port ?? "0")/readyz",
      ], directory: place.path
    ).run()
    #expect(curl.output == "ready\n", "\(curl.errors)")
  }
}

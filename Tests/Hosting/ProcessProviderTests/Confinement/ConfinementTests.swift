import CSpawn
import Foundation
import TestSupport
import Testing

@testable import ControlPlane
@testable import ProcessProvider

/// What a service can reach of the machine.
@Suite(.enabled(if: ForeignPrograms.isExpected("perl"), "perl is not installed"))
struct ConfinementTests {
  @Test func aServiceReachesNeitherTheDataNorOthers() async throws {
    try await Ground.with { ground, provider in
      #expect(await provider.deploy(try ground.order()).state == .running)
      #expect(
        await provider.deploy(try ground.order("other", env: ["SECRET": "canary"])).state
          == .running)
      func ask(_ path: String) throws -> String { try ground.ask(provider, path).text }
      // Another user's folder; for one of ours, its names are all there is to be seen.
      if geteuid() == 0 { #expect(try ask("/list\(ground.folder.root)") == "refused") }
      #expect(try ask("/read\(ground.folder.key)") == "refused")
      #expect(try ask("/read/etc/shadow") == "refused")
      #expect(try ask("/write/tmp/zigttp-confined-\(getpid())") == "refused")
      let other = try ground.ask(provider, of: "other", "/pid").text
      #expect(try ask("/read/proc/\(other)/environ") == "refused")
      let own = geteuid() == 0
      if own || cspawn_confinement() >= 6 { #expect(try ask("/signal/\(getpid())") == "refused") }
      if own || cspawn_confinement() >= 6 { #expect(try ask("/signal/\(other)") == "refused") }
      if cspawn_confinement() >= 4 { #expect(try ask("/listen") == "refused") }
      // It can read what it needs.
      #expect(try ask("/read/etc/hosts") == "read")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root gives services users of their own"))
  func eachServiceHasAUserOfItsOwn() async throws {
    try await Ground.with { ground, provider in
      for name in ["a", "b"] {
        #expect(await provider.deploy(try ground.order(name)).state == .running)
      }
      let users = try ["a", "b"].map { try ground.ask(provider, of: $0, "/user").text }
      #expect(Set(users).count == 2 && !users.contains("0"))
      // It stays its own over a change.
      #expect(await provider.deploy(try ground.order("a", generation: 2)).state == .running)
      #expect(try ground.ask(provider, of: "a", "/user").text == users[0])
    }
  }

  @Test func nothingOfOurEnvironmentIsPassedOn() async throws {
    try await Ground.with { ground, provider in
      let order = try ground.order(env: ["SECRET": "canary-value"])
      #expect(await provider.deploy(order).state == .running)
      let lines = try ground.ask(provider, "/env").text.split(separator: "\n").map(String.init)
      let names = Set(lines.map { String($0.prefix { $0 != "=" }) })
      #expect(names == ["APP", "MODE", "SECRET", "SSL_CERT_FILE", "VERSION"])
    }
  }

  /// A value is nowhere but in the process that needs it.
  @Test func valuesStandNowhereInTheClear() async throws {
    try await Ground.with { ground, provider in
      let canary = "canary-\(UUID().uuidString)"
      #expect(await provider.deploy(try ground.order(env: ["SECRET": canary])).state == .running)
      let found = try Process.output(
        "/bin/grep", "-rlF", "--devices=skip", canary, ground.scratch.path)
      #expect(found == "")
      let service = try ground.ask(provider, "/pid").text
      let words = try text(of: "/proc/\(service)/cmdline")
      #expect(words.contains("serve") && !words.contains(canary))
      #expect(try permissions(ground.folder.root) == 0o700)
      #expect(try permissions(ground.folder.root + "/socket") == 0o600)
      for name in try fileNames(in: ground.folder.services) {
        #expect(try permissions("\(ground.folder.services)/\(name)") == 0o600)
      }
    }
  }
}

extension Process {
  /// What a program prints.
  fileprivate static func output(_ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}

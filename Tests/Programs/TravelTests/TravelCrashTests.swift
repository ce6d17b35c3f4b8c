import Foundation
import TestSupport
import Testing

/// Killed at any moment, or without room, a push or a pull that is run again gets to its end.
@Suite(
  .enabled(
    if: ["strace", "curl"].allSatisfy(ForeignPrograms.isExpected),
    "strace or curl is not installed"))
struct TravelCrashTests {
  private func traced(
    _ project: Workspace, _ inject: String, _ arguments: [String]
  ) throws -> Command.Result {
    let strace = try #require(ForeignPrograms.find("strace"), "strace is not installed")
    return try Command(
      executable: strace,
      arguments: ["-f", "-o", "/dev/null", "-e", "inject=\(inject)", Programs.zigttp] + arguments,
      directory: project.path, environment: project.environment()
    ).run()
  }

  private func grow(_ project: Workspace, _ word: String) throws {
    try project.write("handler.ts", Samples.greeter + "\n// \(word)\n")
    try project.deploy()
  }

  private func expectWhole(_ a: Workspace, _ b: Workspace, _ place: String, _ what: String) throws {
    let pulled = try a.zigttp("pull", place, "--json")
    #expect(pulled.status == 0, "\(what): \(pulled.output)\(pulled.errors)")
    let hash = try TravelTrustTests.hash(TravelTests.origin(b))
    for file in ["proofs.jsonl", "checkpoint", "keys.pub", "origin"] {
      #expect(
        try a.read(".zigttp/ledgers/\(hash)/\(file)") == b.read(".zigttp/\(file)"), "\(what)")
    }
    #expect(!a.has(".zigttp/ledgers/\(hash)/append.next") && !a.has(".zigttp/shallow"), "\(what)")
    let fsck = try a.zigttp("store", "fsck")
    #expect(fsck.status == 0, "\(what): \(fsck.output)")
  }

  /// A first pull and one of a ledger that grew, each killed at every call that changes files.
  @Test(arguments: ["rename", "renameat2", "fsync", "fdatasync", "linkat", "ftruncate", "mkdir"])
  func killedPullsConverge(_ call: String) throws {
    let registry = try LiveRegistry(.ours)
    let place = "\(registry.host)/team/store"
    let b = try TravelTests.project()
    try grow(b, "one")
    TravelTests.ok(try b.zigttp("push", place))
    var kills = 0
    func killedAtEach(_ make: () throws -> Workspace) throws {
      for number in 1...40 {
        let a = try make()
        let killed = try traced(a, "\(call):signal=KILL:when=\(number)", ["pull", place])
        if killed.status == 0 { return }
        kills += 1
        // Whatever there is by now is no damage.
        if a.has(".zigttp/oci-layout") {
          let fsck = try a.zigttp("store", "fsck")
          #expect(fsck.status == 0, "\(call) \(number): \(fsck.output)")
        }
        try expectWhole(a, b, place, "\(call) \(number)")
      }
    }
    let started = try TravelTests.project()
    try started.deploy()
    func copy(_ original: Workspace) throws -> Workspace {
      let copy = try Workspace()
      for (from, to) in [(original.path, copy.path), (original.home, copy.home)] {
        _ = try Command(
          executable: "/bin/cp", arguments: ["-a", from + "/.", to], directory: "/"
        ).run()
      }
      return copy
    }
    try killedAtEach { try copy(started) }
    TravelTests.ok(try started.zigttp("pull", place))
    try grow(b, "two")
    TravelTests.ok(try b.zigttp("push", place))
    try killedAtEach { try copy(started) }
    if ["rename", "fsync", "linkat"].contains(call) { #expect(kills > 0) }
  }

  /// Killed after some time, wherever that is.
  @Test func killedPushesConverge() throws {
    let registry = try LiveRegistry(.ours)
    let place = "\(registry.host)/team/store"
    for round in 0..<8 {
      let b = try TravelTests.project()
      try grow(b, "round \(round)")
      let push = try Child(
        Command(
          executable: Programs.zigttp, arguments: ["push", place + "\(round)"], directory: b.path,
          environment: b.environment()),
        output: "/dev/null", errors: "/dev/null")
      usleep(UInt32(round * 25_000))
      kill(push.pid, SIGKILL)
      _ = push.wait()
      TravelTests.ok(try b.zigttp("push", place + "\(round)"))
      let a = try TravelTests.project()
      try a.deploy()
      try expectWhole(a, b, place + "\(round)", "round \(round)")
    }
  }

  /// Without room nothing is half there, and with room again it goes on.
  @Test func withoutRoomNothingIsHalfThere() throws {
    let registry = try LiveRegistry(.ours)
    let place = "\(registry.host)/team/store"
    let b = try TravelTests.project()
    try grow(b, "one")
    TravelTests.ok(try b.zigttp("push", place))
    var failures = 0
    for number in 1...12 {
      let a = try TravelTests.project()
      try a.deploy()
      let failed = try traced(a, "fsync:error=ENOSPC:when=\(number)", ["pull", place])
      if failed.status == 0 { continue }
      failures += 1
      #expect(failed.status == 1, "\(failed.errors)")
      let fsck = try a.zigttp("store", "fsck")
      #expect(fsck.status == 0, "\(number): \(fsck.output)")
      try expectWhole(a, b, place, "\(number)")
    }
    #expect(failures > 0)
  }

  /// A disk that is full for the ledger, then for the objects, then is none of both.
  @Test(.enabled(if: getuid() == 0, "mounting needs root")) func fullDisk() throws {
    let registry = try LiveRegistry(.ours)
    let place = "\(registry.host)/team/store"
    let b = try TravelTests.project()
    try grow(b, "one")
    let a = try TravelTests.project()
    let script = """
      mkdir '\(a.home)/disk' && cd '\(a.home)/disk'
      mount -t tmpfs -o size=3m tmpfs . && cd "$PWD" && cp '\(a.path)'/* .
      '\(Programs.zigttp)' pull \(place); echo "nothing $?"
      cd '\(b.path)' && '\(Programs.zigttp)' push \(place) >/dev/null; echo "push $?"
      cd '\(a.home)/disk'
      dd if=/dev/zero of=filler bs=4k 2>/dev/null
      '\(Programs.zigttp)' pull \(place); echo "full $?"
      ls .zigttp/ledgers/*/checkpoint 2>/dev/null | wc -l | sed 's/^/ledgers /'
      rm filler
      '\(Programs.zigttp)' pull \(place); echo "small $?"
      '\(Programs.zigttp)' store fsck; echo "fsck $?"
      mount -o remount,size=300m "$PWD"
      '\(Programs.zigttp)' pull \(place); echo "large $?"
      '\(Programs.zigttp)' store fsck; echo "fsck $?"
      ls .zigttp/shallow 2>/dev/null
      """
    var environment = b.environment()
    // One user is enough here: two origins.
    environment["HOME"] = b.home
    let result = try Command(
      executable: "/usr/bin/unshare", arguments: ["-m", "/bin/sh", "-c", script],
      directory: a.path, environment: environment
    ).run()
    let said = result.lines.filter { line in
      ["nothing ", "push ", "full ", "ledgers ", "small ", "fsck ", "large "]
        .contains { line.hasPrefix($0) }
    }
    #expect(
      said == [
        "nothing 0", "push 0", "full 1", "ledgers 0", "small 1", "fsck 0", "large 0", "fsck 0",
      ], "\(result.output)\(result.errors)")
    #expect(result.errors.contains("No space left on device"))
    #expect(!result.output.contains("shallow\n"))
  }
}

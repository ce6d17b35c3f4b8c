import Foundation
import TestSupport
import Testing

@testable import Archive

@Suite struct TarReaderTests {
  @Test(
    .enabled(if: ForeignPrograms.isExpected("bsdtar"), "bsdtar is not installed"),
    arguments: [
      ["tar", "--format=ustar"], ["tar", "--format=gnu"], ["tar", "--format=pax"],
      ["bsdtar", "--format=pax"], ["bsdtar", "--format=ustar"],
    ])
  func readsWhatOthersWrite(program: [String]) throws {
    let scratch = try Scratch()
    let long = String(repeating: "d", count: 90) + "/" + String(repeating: "f", count: 60)
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/root/" + String(repeating: "d", count: 90),
      withIntermediateDirectories: true)
    _ = try scratch.write("root/" + long, Array("long".utf8))
    _ = try scratch.write("root/short", Array("short".utf8))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/root/link", withDestinationPath: "/etc/passwd")
    let (status, bytes) = try run(program + ["-C", scratch.path + "/root", "-cf", "-", "."])
    #expect(status == 0)
    let found = try items(bytes)
    let byPath = Dictionary(found.map { ($0.path, $0) }, uniquingKeysWith: { a, _ in a })
    #expect(byPath[""]?.kind == .directory)
    #expect(byPath["link"]?.kind == .symbolicLink(target: "/etc/passwd"))
    let reader = TarReader(bytes)
    let longItem = try #require(byPath[long])
    #expect(try text(reader.content(of: longItem, limit: 100)) == "long")
    #expect(throws: ArchiveError.tooLarge(limit: 3)) {
      try reader.content(of: longItem, limit: 3)
    }
  }

  @Test func gnuLongNamesBeyondTheHeader() throws {
    let scratch = try Scratch()
    let long = (0..<4).map { _ in String(repeating: "p", count: 80) }.joined(separator: "/")
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/" + long, withIntermediateDirectories: true)
    _ = try scratch.write(long + "/f", [7])
    let (_, bytes) = try run(["tar", "--format=gnu", "-C", scratch.path, "-cf", "-", long + "/f"])
    #expect(try items(bytes).map(\.path) == [long + "/f"])
  }

  @Test(arguments: [
    "/etc/passwd", "../up", "a/../../b", "a/..", "..\u{2f}\u{301}x/../y", "../\u{308}x",
  ])
  func unsafeNamesAreRefused(name: String) {
    let bytes = archive { $0.put(name, at: 0) }
    #expect(throws: ArchiveError.unsafePath(name)) { try items(bytes) }
  }

  @Test func harmlessSpellingsAreNormalised() throws {
    #expect(try items(archive { $0.put("./a//b/./c", at: 0) }).map(\.path) == ["a/b/c"])
  }

  @Test func pathHiddenInPaxIsRefused() throws {
    let body = TarHeader.paxRecord("path", "../../etc/cron.d/x")
    let pax = archive(content: body) { $0[156] = UInt8(ascii: "x") }.dropLast(1024)
    #expect(throws: ArchiveError.unsafePath("../../etc/cron.d/x")) {
      try items(Array(pax) + archive { _ in })
    }
  }

  @Test(
    arguments: [
      ("1", .hardLink(target: "/x")), ("2", .symbolicLink(target: "/x")),
      ("3", .characterDevice), ("4", .blockDevice), ("6", .fifo), ("Z", .other(UInt8(ascii: "Z"))),
    ] as [(Character, TarItem.Kind)])
  func otherKindsAreReportedAndNeverTaken(flag: Character, kind: TarItem.Kind) throws {
    let bytes = archive {
      $0[156] = flag.asciiValue ?? 0
      $0.put("/x", at: 157)
    }
    #expect(try items(bytes).map(\.kind) == [kind])
    #expect(throws: ArchiveError.unexpectedKind(path: "name", kind: kind.name)) {
      try TarReader.files(in: MemorySource(bytes), limit: 100)
    }
  }

  @Test func linkWithContentIsMalformed() {
    let bytes = archive(content: [1]) { $0[156] = UInt8(ascii: "2") }
    #expect(throws: ArchiveError.malformed(offset: 0, reason: "symbolic link with content")) {
      try items(bytes)
    }
  }

  @Test func everyTruncationIsAnError() throws {
    let bytes = try TarWriter([.file("a/b", Array("hello".utf8)), .file("ü", [])]).bytes()
    let end = bytes.count - 1024
    for cut in 0...end where cut < bytes.count {
      #expect(throws: ArchiveError.self) { try items(Array(bytes[..<cut])) }
    }
  }

  @Test func anyChangedHeaderByteIsFound() throws {
    let bytes = try TarWriter([.file("a", Array("hello".utf8))]).bytes()
    for index in 0..<512 {
      var changed = bytes
      changed[index] ^= 0x01
      #expect(throws: ArchiveError.self) { try items(changed) }
    }
  }

  @Test func sizesBeyondTheArchiveAreRefused() {
    for size in ["00000004000", "77777777777"] {
      #expect(throws: ArchiveError.self) {
        try items(archive(content: [1, 2, 3]) { $0.put(size, at: 124) })
      }
    }
    let hugeBinary = archive {
      for index in 124..<136 { $0[index] = 0xff }
      $0[124] = 0x80
    }
    #expect(throws: ArchiveError.malformed(offset: 0, reason: "number beyond 64 bits")) {
      try items(hugeBinary)
    }
  }

  @Test func paxSizeIsTaken() throws {
    let body = TarHeader.paxRecord("size", "5")
    let pax = archive(content: body) { $0[156] = UInt8(ascii: "x") }.dropLast(1024)
    let file = archive(content: Array("hello".utf8)) { $0.put("00000000000", at: 124) }
    let all = Array(pax) + file
    let found = try items(all)
    #expect(found.map(\.size) == [5])
    #expect(try TarReader(all).content(of: found[0], limit: 10) == Array("hello".utf8))
  }

  @Test(arguments: [
    "99 path=x\n", "9 path=x\nrest", "path=x\n", "9 path:x\n", "0 a=b\n", "4 \n\n\n",
    "18446744073709551616 a=b\n", "12 size=-1a\n",
  ])
  func brokenPaxRecordsAreRefused(record: String) {
    let pax = archive(content: Array(record.utf8)) { $0[156] = UInt8(ascii: "x") }.dropLast(1024)
    #expect(throws: ArchiveError.self) { try items(Array(pax) + archive { _ in }) }
  }

  @Test func globalNamesAreRefusedAndCommentsTaken() throws {
    func withGlobal(_ record: [UInt8]) -> [UInt8] {
      Array(archive(content: record) { $0[156] = UInt8(ascii: "g") }.dropLast(1024))
        + archive { _ in }
    }
    #expect(try items(withGlobal(TarHeader.paxRecord("comment", "abc"))).count == 1)
    #expect(throws: ArchiveError.malformed(offset: 0, reason: "global path")) {
      try items(withGlobal(TarHeader.paxRecord("path", "x")))
    }
  }

  @Test func extensionWithoutEntryIsAnError() {
    let body = TarHeader.paxRecord("path", "x")
    let pax = archive(content: body) { $0[156] = UInt8(ascii: "x") }
    #expect(throws: ArchiveError.truncated(offset: 1024)) { try items(pax) }
  }

  @Test func bytesAfterTheEndAreRefused() throws {
    let one = try TarWriter([.file("a", [])]).bytes()
    #expect(throws: ArchiveError.self) { try items(one + one) }
    #expect(try items(one + [UInt8](repeating: 0, count: 100_000)).count == 1)
  }

  @Test func filesRefusesDuplicatesAndBounds() throws {
    let one = Array(archive(content: [1]) { _ in }.dropLast(1024))
    #expect(throws: ArchiveError.duplicatePath("name")) {
      try TarReader.files(
        in: MemorySource(one + one + [UInt8](repeating: 0, count: 1024)), limit: 9)
    }
    let bytes = try TarWriter([.file("a", [1, 2]), .file("b", [3])]).bytes()
    #expect(throws: ArchiveError.tooLarge(limit: 2)) {
      try TarReader.files(in: MemorySource(bytes), limit: 2)
    }
    let files = try TarReader.files(in: MemorySource(bytes), limit: 3)
    #expect(files.map(\.path) == ["a", "b"] && files.map(\.bytes) == [[1, 2], [3]])
  }

  @Test func randomDamageNeverCrashes() throws {
    let bytes = try TarWriter([
      .file("a/b", [UInt8](repeating: 9, count: 700)), .file("ü/x", [1]), .directory("d"),
    ]).bytes()
    var random = SeededGenerator()
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] =
          .random(in: 0...255, using: &random)
      }
      // Reading outside of the archive would trap. What is taken can be written and read again, and
      // is no more than there was.
      guard let files = try? TarReader.files(in: MemorySource(damaged), limit: 1 << 20) else {
        continue
      }
      #expect(files.reduce(0) { $0 + $1.bytes.count } <= damaged.count, "\(random)")
      let again = try TarWriter(files.map { .file($0.path, $0.bytes) }).bytes()
      let sorted = try TarReader.files(in: MemorySource(again), limit: 1 << 20)
      #expect(Set(sorted.map(\.path)) == Set(files.map(\.path)), "\(random)")
    }
  }
}

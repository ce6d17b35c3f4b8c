import Digests
import Encodings
import Foundation
import TestSupport
import Testing

@testable import Archive

@Suite struct TarWriterTests {
  let sample: [TarEntry] = [
    .file("app/source/handler.ts", Array("export default 1\n".utf8)),
    .file("app/app.json", Array("{}".utf8)),
    .file("zigttp-runtime", Array("ELF".utf8), mode: 0o755),
  ]

  @Test func orderOfEntriesDoesNotMatter() throws {
    let one = try TarWriter(sample).bytes()
    let other = try TarWriter(sample.reversed()).bytes()
    #expect(one == other)
    #expect(UInt64(one.count) == (try TarWriter(sample).length))
  }

  @Test func parentsAreAddedAndSorted() throws {
    let found = try items(try TarWriter(sample, modified: 1_700_000_000).bytes())
    #expect(
      found.map(\.path) == [
        "app", "app/app.json", "app/source", "app/source/handler.ts", "zigttp-runtime",
      ])
    #expect(found.map(\.mode) == [0o755, 0o644, 0o755, 0o644, 0o755])
    #expect(found.allSatisfy { $0.modified == 1_700_000_000 })
    #expect(found[0].kind == .directory && found[1].kind == .file)
  }

  @Test func timeChangesBytes() throws {
    #expect(try TarWriter(sample, modified: 0).bytes() != TarWriter(sample, modified: 1).bytes())
  }

  @Test func sourceIsReadWhileWriting() throws {
    let scratch = try Scratch()
    let content = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try scratch.write("big", content)
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    let streamed = try TarWriter([.file("big", from: try FileSource(descriptor: descriptor))])
    #expect(try streamed.bytes() == TarWriter([.file("big", content)]).bytes())
  }

  @Test func sourceThatShrinksIsAnError() throws {
    let scratch = try Scratch()
    let descriptor = open(try scratch.write("short", [1, 2, 3]), O_RDONLY)
    defer { close(descriptor) }
    let writer = try TarWriter([.file("short", from: FileSource(descriptor: descriptor, length: 9))]
    )
    #expect(throws: ArchiveError.sourceChanged(path: "short", expected: 9, found: 3)) {
      try writer.bytes()
    }
  }

  @Test(arguments: ["", "/a", "a/../b", "..", "./a", "a//b", "a/", "a\u{0}b"])
  func unsafePathsAreRefused(path: String) {
    #expect(throws: ArchiveError.unsafePath(path)) { try TarWriter([.file(path, [])]) }
  }

  @Test func equivalentSpellingsAreDifferentFiles() throws {
    let bytes = try TarWriter([.file("\u{e9}", [1]), .file("e\u{301}", [2])]).bytes()
    #expect(try TarReader.files(in: MemorySource(bytes), limit: 9).count == 2)
  }

  @Test func duplicatesAreRefused() {
    #expect(throws: ArchiveError.duplicatePath("a")) {
      try TarWriter([.file("a", []), .file("a", [1])])
    }
    #expect(throws: ArchiveError.duplicatePath("a")) {
      try TarWriter([.file("a", []), .file("a/b", [])])
    }
  }

  @Test(
    .enabled(if: ForeignPrograms.isExpected("bsdtar"), "bsdtar is not installed"),
    arguments: [
      "f", String(repeating: "n", count: 100), String(repeating: "n", count: 101),
      String(repeating: "d", count: 150) + "/" + String(repeating: "n", count: 99),
      String(repeating: "d", count: 155) + "/" + String(repeating: "n", count: 100),
      String(repeating: "d", count: 156) + "/" + String(repeating: "n", count: 100),
      String(repeating: "d/", count: 200) + "f", "grüße/日本.ts",
    ])
  func longAndForeignNamesComeBack(path: String) throws {
    let bytes = try TarWriter([.file(path, Array("content".utf8))]).bytes()
    #expect(try items(bytes).last?.path == path)
    for program in ["tar", "bsdtar"] {
      let (status, listing) = try run([program, "-tf", "-"], input: bytes)
      #expect(status == 0)
      let last = text(listing).split(separator: "\n").last.map(String.init) ?? ""
      if path.utf8.allSatisfy({ $0 < 0x80 }) {
        #expect(last == path)
      } else {
        let (_, body) = try run([program, "-xOf", "-", path], input: bytes)
        #expect(text(body) == "content")
      }
    }
  }

  @Test func paxIsUsedOnlyWhereNeeded() throws {
    #expect(!text(try TarWriter(sample).bytes()).contains("PaxHeaders"))
    #expect(text(try TarWriter([.file("ü", [])]).bytes()).contains("PaxHeaders"))
  }

  @Test func timeBeyondOctalTakesPax() throws {
    let bytes = try TarWriter([.file("a", [])], modified: 1 << 40).bytes()
    #expect(try items(bytes).first?.modified == 1 << 40)
  }

  @Test(
    .enabled(if: ForeignPrograms.isExpected("bsdtar"), "bsdtar is not installed"),
    arguments: ["tar", "bsdtar"])
  func otherProgramsUnpackIt(program: String) throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.tar", try TarWriter(sample, modified: 86_400).bytes())
    let (status, _) = try run([program, "-xf", file, "-C", scratch.path])
    #expect(status == 0)
    #expect(try text(scratch.read("app/source/handler.ts")) == "export default 1\n")
    let attributes = try FileManager.default.attributesOfItem(
      atPath: scratch.path + "/zigttp-runtime")
    #expect(attributes[.posixPermissions] as? Int == 0o755)
    #expect(attributes[.modificationDate] as? Date == Date(timeIntervalSince1970: 86_400))
  }

  @Test func sizeBeyondOctalIsWrittenInPaxAndRead() throws {
    /// Nine GiB that are never held anywhere.
    struct Zeros: ByteSource {
      let length: UInt64 = 9 << 30
      func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer)
        throws(ArchiveError) -> Int
      {
        Int(min(UInt64(buffer.count), length - offset))
      }
    }
    enum Stop: ArchiveFailure, Equatable {
      case here
      case archive(ArchiveError)
      init(_ error: ArchiveError) { self = .archive(error) }
    }
    var head: [UInt8] = []
    let writer = try TarWriter([.file("huge", from: Zeros())])
    #expect(throws: Stop.here) {
      try writer.write { (piece) throws(Stop) in
        if head.count > 1536 { throw .here }
        head.append(contentsOf: piece)
      }
    }
    let fields = try TarExtensions.parsed(Array(head[512..<1024]), upTo: head)
    #expect(fields.size == 9 << 30)
    #expect(writer.length == (9 << 30) + 512 * 3 + 1024)
  }

  /// Bytes that somebody hands over as they come: all of them, no more and no less.
  @Test func whatIsHandedOverIsCounted() throws {
    func writer(_ count: Int) throws -> TarWriter {
      try TarWriter([
        .file("fed", size: 9) { (take) throws(ArchiveError) in
          for number in 0..<count { try [UInt8(number)].withBytes(take) }
        }
      ])
    }
    #expect(try writer(9).bytes() == TarWriter([.file("fed", Array(0..<9))]).bytes())
    #expect(throws: ArchiveError.sourceChanged(path: "fed", expected: 9, found: 8)) {
      try writer(8).bytes()
    }
    #expect(throws: ArchiveError.sourceChanged(path: "fed", expected: 9, found: 10)) {
      try writer(1 << 20).bytes()
    }
    let failing = try TarWriter([
      .file("fed", size: 9) { (_) throws(ArchiveError) in throw .truncated(offset: 3) }
    ])
    #expect(throws: ArchiveError.truncated(offset: 3)) { try failing.bytes() }
  }
}

extension TarExtensions {
  /// The records in a pax body, whose size stands in the header before it.
  static func parsed(_ body: [UInt8], upTo archive: [UInt8]) throws -> TarExtensions {
    let size = try TarFields(Array(archive[..<512]), at: 0).size
    var out = TarExtensions()
    try out.take(Array(body.prefix(Int(size))), kind: UInt8(ascii: "x"), at: 0)
    return out
  }
}

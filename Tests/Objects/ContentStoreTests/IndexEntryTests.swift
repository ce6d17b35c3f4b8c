import Digests
import Foundation
import TestSupport
import Testing

@testable import ContentStore

/// What others wrote in `index.json` outlives what we write there.
@Suite struct IndexEntryTests {
  private static let digest = Digest.sha256(of: "other")
  private static let deep =
    String(repeating: "[", count: 3000) + String(repeating: "]", count: 3000)

  /// Entries, and whether it can be told what they name.
  static let odd: [(text: String, isTold: Bool)] = [
    (#"{"digest":"blake3:aa","mediaType":"x/y","size":5}"#, false),
    (#"{"digest":"\#(digest)","size":5}"#, true),
    (#"{"digest":"\#(digest)","mediaType":"x/y"}"#, true),
    (#"{"digest":"\#(digest)","mediaType":"x/y","size":-1}"#, true),
    (#"{"digest":"\#(digest)","mediaType":"x/y","size":5.0}"#, true),
    (
      #"{"digest":"\#(digest)","mediaType":"x/y","size":1e3,"more":[1.50,-0,9007199254740993]}"#,
      true
    ),
    (#"{ "size":5,"size":6,  "digest":"\#(digest)","mediaType":"x/y" }"#, true),
    (#"{"digest":"\#(digest)","mediaType":"x/y","size":5,"x":"\ud800 \u00e9 \/"}"#, true),
    (#"{"digest":"\#(digest)","mediaType":"x/y","size":5,"annotations":{"n":1}}"#, true),
    (#"{"digest":"\#(digest)","mediaType":7,"size":5}"#, true),
    (#"{"digest":"\#(digest)","size":5,"x":\#(deep)}"#, false),
    (#"{"digest":["\#(digest)"]}"#, false), ("{}", false), ("null", false), ("[ 1, 2 ]", false),
    (#""a ] } \" , string""#, false), ("1.0", false),
  ]

  private func store(_ scratch: Scratch, _ index: String) throws -> ContentStore {
    let store = try scratch.store()
    try Data(index.utf8).write(to: URL(fileURLWithPath: store.layout.index))
    return store
  }

  private func publish(_ store: ContentStore) throws -> IndexFile.Loss? {
    func descriptor(_ name: String) -> Descriptor {
      Descriptor(mediaType: MediaType.manifest, digest: .sha256(of: name), size: 1)
    }
    return try store.index.update {
      var index = Index()
      index.setNewest(of: "b", image: descriptor("b"), record: descriptor("rb"))
      return index
    } _: {
      $0.setNewest(of: "a", image: descriptor("a"), record: descriptor("ra"))
    }
  }

  @Test(arguments: odd.indices) func entriesStayByteForByte(_ number: Int) throws {
    let (entry, isTold) = Self.odd[number]
    let scratch = try Scratch()
    let store = try store(
      scratch,
      #"{"schemaVersion":2,"manifests":[{"a": 1} , \#(entry) ,{"b":2}],"other":[1.50]}"#)
    for _ in 0..<2 { #expect(try publish(store) == nil) }
    let written = try text(of: store.layout.index)
    #expect(written.contains(#""manifests":[{"a": 1},\#(entry),{"b":2},"#))
    #expect(written.contains(#""other":[1.50]"#))
    let index = try store.index.read()
    #expect(index.entries.count == 5)
    #expect((index.entries[1].target?.digest == Self.digest) == isTold)
    #expect(index.image(of: "a") != nil && index.record(of: "a") != nil)
  }

  @Test(arguments: [
    "{}", #"{"manifests":null}"#, #"{"schemaVersion":3,"mediaType":"x","manifests":[]}"#,
    #"{"manifests":[],"annotations":{"n":1}}"#, "\u{feff}{\"manifests\":[]}",
    #"{"manifests":[1],"manifest\u0073":[]}"#,
  ]) func anObjectIsNotMadeAgain(_ text: String) throws {
    let scratch = try Scratch()
    let store = try store(scratch, text)
    #expect(try publish(store) == nil)
    let index = try store.index.read()
    #expect(index.entries.count == 2 && index.image(of: "a") != nil)
  }

  @Test func membersOfOthersStay() throws {
    let members = [#""x":{ "f" : 1.50, "f" : 2 }"#, #""y":\#(Self.deep)"#, #""z":"\ud800""#]
    let scratch = try Scratch()
    let store = try store(scratch, "{\(members.joined(separator: ",")),\"manifests\":[]}")
    #expect(try publish(store) == nil)
    let written = try text(of: store.layout.index)
    for member in members { #expect(written.contains(member)) }
  }

  @Test(arguments: [",", "", "]", "],\"x\":", "]}}", "]} garbage"])
  func entriesOfAFileThatIsNoObjectAreCarriedOver(_ end: String) throws {
    let tag =
      #"{"annotations":{"org.opencontainers.image.ref.name":"v1"},"#
      + #""digest":"\#(Self.digest)","size":5.0}"#
    let ours =
      #"{"annotations":{"dev.zigttp.service":"b"},"digest":"\#(Self.digest)","#
      + #""mediaType":"m","size":1}"#
    let scratch = try Scratch()
    let store = try store(scratch, "{\"manifests\":[\(tag),\(ours),{\"x\":1}\(end)")
    guard case .malformed(_, let aside?) = try publish(store) else {
      Issue.record("nothing was lost")
      return
    }
    #expect(aside.hasPrefix("quarantine/"))
    let index = try store.index.read()
    // The ledger knows better what ours was.
    #expect(index.entries.count == 5 && index.record(of: "b")?.digest == .sha256(of: "rb"))
    #expect(try text(of: store.layout.index).contains(tag))
  }

  @Test func aNameIsCutWhereItWouldBeTooLong() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let long = String(repeating: "ä", count: 127)
    let folder = "\(scratch.path)/x"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for end in ["", "-wal"] { try Data().write(to: URL(fileURLWithPath: "\(folder)/f\(end)")) }
    let aside = try #require(
      try store.setAside("\(folder)/f", as: "blob-\(long)", with: ["-wal"]))
    #expect(
      aside.utf8.count <= "quarantine/".utf8.count + 251 && aside.hasPrefix("quarantine/blob-ä"))
    #expect(try fileNames(in: store.layout.quarantine).count == 2)
    #expect(try store.setAside([1], as: long + long).hasPrefix("quarantine/ä"))
  }
}

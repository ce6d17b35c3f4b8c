import ContentStore
import Digests
import Files
import OCIImage
import RegistryTesting
import StoreTesting
import TestSupport
import Testing

@testable import Archive
@testable import Transfers

/// Layouts in a tar, sound and hostile.
@Suite struct ArchiveTests {
  private let scratch: Scratch
  private let image = TestImage()

  init() throws { scratch = try Scratch() }

  private func place(_ tail: String = "") -> LayoutReference {
    LayoutReference(
      path: "\(scratch.path)/a.tar", name: tail.isEmpty ? nil : EntryName(tail))
  }

  /// One entry with its content, and no end.
  private func entry(
    _ path: String, _ bytes: [UInt8] = [], kind: Character = "0", size: UInt64? = nil
  ) -> [UInt8] {
    let header = TarHeader(
      name: Array(path.utf8), mode: 0o644, size: size ?? UInt64(bytes.count), modified: 0,
      kind: kind.asciiValue ?? 0)
    return header.bytes + bytes
      + [UInt8](repeating: 0, count: TarHeader.padding(after: UInt64(bytes.count)))
  }

  private let end = [UInt8](repeating: 0, count: 1024)

  /// A sound layout, in front of what a test puts behind it.
  private func layout(index: [UInt8]? = nil, _ more: [UInt8] = []) -> [UInt8] {
    entry("oci-layout", ContentStore.marker) + entry("index.json", index ?? image.index())
      + image.files.flatMap { entry($0.path, $0.bytes) } + more
  }

  private func write(_ bytes: [UInt8]) throws { try scratch.write("a.tar", bytes) }

  private func copy(_ tail: String = "") throws -> ImageCopy.Outcome {
    try ImageCopy().run(
      from: LayoutArchive.source(place(tail)),
      to: LayoutFolder(LayoutReference(path: "\(scratch.path)/out", name: EntryName("v1"))))
  }

  @Test func aSoundOneIsRead() throws {
    try write(layout() + end)
    #expect(try LayoutArchive.source(place()).resolve() == image.root)
    #expect(try LayoutArchive.source(place("v1")).resolve() == image.root)
    let outcome = try copy()
    #expect(outcome.root == image.root)
    #expect(outcome.written == 4)
    #expect(outcome.present == 0)
    for (path, bytes) in image.files { #expect(try scratch.read("out/\(path)") == bytes) }
  }

  /// With `./` before each name, folders, and names that are nobody's business, links among them.
  @Test func whateverElseIsThereIsIgnored() throws {
    let dotted =
      entry("./", kind: "5") + entry("./blobs/", kind: "5") + entry("./blobs/sha256/", kind: "5")
      + entry("./oci-layout", ContentStore.marker) + entry("./index.json", image.index())
      + image.files.flatMap { entry("./\($0.path)", $0.bytes) }
      + entry("link", kind: "2") + entry("repositories", [1, 2, 3])
      + entry("blobs/sha256/README", [1])
    try write(dotted + end)
    #expect(try copy().root == image.root)
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("bsdtar"), "bsdtar is not installed"))
  func whatOtherTarsWriteIsRead() throws {
    for (path, bytes) in image.files {
      _ = try scratch.folder("in/blobs/sha256")
      try scratch.write("in/\(path)", bytes)
    }
    try scratch.write("in/index.json", image.index())
    try scratch.write("in/oci-layout", ContentStore.marker)
    for program in [
      ["tar", "--format=gnu"], ["tar", "--format=pax"], ["bsdtar", "--format=pax"],
    ] {
      let tool = try #require(ForeignPrograms.find(program[0]))
      #expect(
        run([tool] + program.dropFirst() + ["-C", "\(scratch.path)/in", "-cf", place().path, "."])
          == 0)
      #expect(try LayoutArchive.source(place()).resolve() == image.root)
    }
  }

  @Test func compressedOnesAreNamed() throws {
    for (start, format) in [
      ([0x1f, 0x8b, 8], "gzip"), ([0x28, 0xb5, 0x2f, 0xfd], "zstd"),
      ([0x42, 0x5a, 0x68, 0x39], "bzip2"), ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "xz"),
    ] as [([UInt8], String)] {
      try write(start + [UInt8](repeating: 1, count: 600))
      #expect(throws: TransferError.compressed(path: place().path, format: format)) {
        try LayoutArchive.source(place())
      }
    }
  }

  @Test func whatIsNoLayoutIsNamed() throws {
    try write(entry("manifest.json", Array("[]".utf8)) + end)
    #expect(throws: TransferError.dockerArchive(path: place().path)) {
      try LayoutArchive.source(place())
    }
    try write(entry("README", [1]) + end)
    #expect(throws: TransferError.self) { try LayoutArchive.source(place()) }
    for bytes in [[], [1], [UInt8](repeating: 0, count: 512)] as [[UInt8]] {
      try write(bytes)
      #expect(throws: TransferError.self) { try LayoutArchive.source(place()) }
    }
    try write(
      entry("oci-layout", Array(#"{"imageLayoutVersion":"2.0.0"}"#.utf8))
        + entry("index.json", image.index()) + end)
    #expect(throws: TransferError.self) { try LayoutArchive.source(place()) }
    try write(entry("oci-layout", ContentStore.marker) + end)
    #expect(throws: TransferError.self) { try LayoutArchive.source(place()) }
  }

  @Test(arguments: [
    "../up", "/etc/passwd", "a/../../b", "blobs/../index.json", "blobs/sha256/../../x",
  ])
  func pathsThatLeadElsewhere(path: String) throws {
    try write(layout(entry(path, [1])) + end)
    #expect(throws: TransferError.archive(.unsafePath(path), path: place().path)) {
      try LayoutArchive.source(place())
    }
  }

  @Test func twoOfOneName() throws {
    let file = image.files[0]
    for (path, bytes) in [
      (file.path, file.bytes), ("./\(file.path)", [1]), ("index.json", image.index()),
      ("oci-layout", ContentStore.marker),
    ] {
      try write(layout(entry(path, bytes)) + end)
      let name = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
      #expect(throws: TransferError.archive(.duplicatePath(name), path: place().path)) {
        try LayoutArchive.source(place())
      }
    }
  }

  @Test(arguments: ["1", "2", "3", "4", "5", "6"] as [Character])
  func whatIsNoFile(kind: Character) throws {
    let other = Digest.sha256(of: "other")
    for path in ["blobs/sha256/\(other.hex)", "blobs", "index.json"] {
      if kind == "5", path == "blobs" { continue }
      let start =
        path == "index.json" ? entry("oci-layout", ContentStore.marker) : layout()
      try write(start + entry(path, kind: kind) + end)
      let error = failure(TransferError.self) { _ = try LayoutArchive.source(place()) }
      guard case .archive(.unexpectedKind(path, _), _)? = error else {
        Issue.record("\(path), \(kind): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func sizesThatLie() throws {
    let other = Digest.sha256(of: "other")
    for size in [2000, 1 << 32, 0o77_777_777_777] as [UInt64] {
      try write(layout(entry("blobs/sha256/\(other.hex)", [1], size: size)) + end)
      let error = failure(TransferError.self) { _ = try LayoutArchive.source(place()) }
      guard case .archive? = error else {
        Issue.record("\(size): \(String(describing: error))")
        continue
      }
    }
    try write(Array(layout().dropLast(700)))
    #expect(throws: TransferError.self) { try LayoutArchive.source(place()) }
    try write(layout() + end + [UInt8](repeating: 1, count: 512))
    #expect(throws: TransferError.self) { try LayoutArchive.source(place()) }
  }

  @Test func sparseFilesAreRefused() throws {
    let record = Array("22 GNU.sparse.major=1\n".utf8)
    try write(layout(entry("x", record, kind: "x") + entry("blobs/x", [1])) + end)
    #expect(throws: TransferError.self) { try LayoutArchive.source(place()) }
    try write(layout(entry("blobs/sha256/\(Digest.sha256(of: "s").hex)", [1], kind: "S")) + end)
    #expect(throws: TransferError.self) { try LayoutArchive.source(place()) }
  }

  @Test func otherBytesThanTheNameSays() throws {
    var files = image.files
    files[0].bytes = files[0].bytes.map { $0 ^ 1 }
    files.swapAt(0, 1)
    try write(
      entry("oci-layout", ContentStore.marker) + entry("index.json", image.index())
        + files.flatMap { entry($0.path, $0.bytes) } + end)
    let error = failure(TransferError.self) { _ = try copy() }
    guard case .object(let cause, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(cause.code == .corrupt)
  }

  @Test func anObjectThatIsNotThere() throws {
    try write(
      entry("oci-layout", ContentStore.marker) + entry("index.json", image.index())
        + image.files.filter { !$0.path.hasSuffix(image.layers[0].digest.hex) }
        .flatMap { entry($0.path, $0.bytes) } + end)
    let error = failure(TransferError.self) { _ = try copy() }
    guard case .object(let cause, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(cause.code == .missing)
    #expect(cause.digest == image.layers[0].digest)
  }

  // MARK: Writing

  @Test func whatIsWrittenIsTheSameEveryTime() throws {
    let source = LayoutPlace(
      LayoutReference(path: "memory", digest: image.root.digest), shown: "memory", index: Index(),
      blobs: image.blobs)
    var all: Set<[UInt8]> = []
    for number in 0..<3 {
      let target = LayoutReference(path: "\(scratch.path)/\(number).tar", name: EntryName("v1"))
      _ = try ImageCopy().run(from: source, to: LayoutArchive(target))
      all.insert(try scratch.read("\(number).tar"))
      let again = LayoutReference(path: target.path, name: EntryName("v2"))
      _ = try ImageCopy().run(from: LayoutArchive.source(target), to: LayoutArchive(again))
      #expect(try LayoutArchive.source(again).resolve() == image.root)
    }
    #expect(all.count == 1)
    let names = try fileNames(in: scratch.path).sorted()
    #expect(names == ["0.tar", "1.tar", "2.tar"])
  }

  /// What was there stays as it was when the source turns out to lie.
  @Test func nothingIsReplacedByHalfOfIt() throws {
    try scratch.write("a.tar", Array("mine".utf8))
    for lie in MemoryBlobs.Lie.allCases {
      image.blobs.lie(lie, about: image.layers[0].digest)
      let source = LayoutPlace(
        LayoutReference(path: "memory", digest: image.root.digest), shown: "memory",
        index: Index(), blobs: image.blobs)
      let error = failure(TransferError.self) {
        _ = try ImageCopy().run(from: source, to: LayoutArchive(place("v1")))
      }
      guard case .object(let cause, "memory")? = error else {
        Issue.record("\(lie): \(String(describing: error))")
        continue
      }
      #expect(cause.digest == image.layers[0].digest)
      #expect(try scratch.read("a.tar") == Array("mine".utf8))
      #expect(try fileNames(in: scratch.path) == ["a.tar"])
    }
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("tar"), "tar is not installed"))
  func otherTarsReadIt() throws {
    let source = LayoutPlace(
      LayoutReference(path: "memory", digest: image.root.digest), shown: "memory", index: Index(),
      blobs: image.blobs)
    _ = try ImageCopy().run(from: source, to: LayoutArchive(place("v1")))
    let out = try scratch.folder("out")
    let tar = try #require(ForeignPrograms.find("tar"))
    #expect(run([tar, "-C", out, "-xf", place().path]) == 0)
    for (path, bytes) in image.files { #expect(try scratch.read("out/\(path)") == bytes) }
    #expect(try scratch.read("out/index.json") == image.index())
  }
}

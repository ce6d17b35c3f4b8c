import Archive
import Contracts
import Digests
import Encodings
import Glibc
import Testing

@testable import HandlerRuntime

@Suite("Payloads")
struct PayloadTests {
  private func differences(_ body: () throws -> Void) -> [String] {
    do {
      try body()
      return []
    } catch PayloadError.differs(let lines) {
      return lines
    } catch {
      return ["\(error)"]
    }
  }

  @Test func `A folder is read with its digests`() throws {
    let fixture = try PackedFixture()
    let payload = try Payload(folder: try fixture.folder())
    #expect(payload.contract.handlerPath == "src/handler.ts")
    #expect(payload.sources.keys.map(\.text).sorted() == ["src/handler.ts", "src/lib/read.ts"])
    #expect(payload.appDigest == .sha256(of: try #require(fixture.files["app.json"])))
    #expect(payload.contractDigest == payload.contract.sha256)
  }

  @Test func `Every changed, missing and extra file is named`() throws {
    let fixture = try PackedFixture()
    let folder = try fixture.folder()
    try fixture.write(Array("changed".utf8), to: folder + "/source/src/handler.ts")
    try fixture.write([], to: folder + "/extra")
    try fixture.write([], to: folder + "/source/.hidden")
    unlink(folder + "/source/src/lib/read.ts")
    let found = differences { _ = try Payload(folder: folder) }
    #expect(found.count == 4)
    #expect(found.contains("extra is not listed in app.json"))
    #expect(found.contains("source/.hidden is not listed in app.json"))
    #expect(
      found.contains {
        $0.hasPrefix("source/src/handler.ts: expected sha256:")
          && $0.hasSuffix("found \(Digest.sha256(of: "changed"))")
      })
    #expect(found.contains { $0.hasPrefix("source/src/lib/read.ts is missing") })
  }

  @Test func `A changed contract is found before it is believed`() throws {
    let fixture = try PackedFixture()
    var files = fixture.files
    var open = Contract(handlerPath: "src/handler.ts")
    open.env.dynamic = true
    files["contract.json"] = open.canonicalBytes
    #expect(
      differences { _ = try Payload(files: files) }.contains { $0.hasPrefix("contract.json: ") })
  }

  @Test func `A link is not followed`() throws {
    let fixture = try PackedFixture()
    let folder = try fixture.folder()
    unlink(folder + "/source/src/lib/read.ts")
    symlink("../handler.ts", folder + "/source/src/lib/read.ts")
    #expect(
      differences { _ = try Payload(folder: folder) }
        == ["source/src/lib/read.ts is neither a file nor a folder"])
  }

  @Test func `A listing without files, or that is none, is refused`() throws {
    let fixture = try PackedFixture()
    for (path, bytes) in [
      ("app.json", "[]"), ("app.json", "{"), ("app.json", #"{"a":"x"}"#), ("app.json", #"{"a":1}"#),
    ] {
      var files = fixture.files
      files[ByteName(path)] = Array(bytes.utf8)
      #expect(!differences { _ = try Payload(files: files) }.isEmpty)
    }
    var files = fixture.files
    files["app.json"] = nil
    #expect(differences { _ = try Payload(files: files) } == ["app.json is missing"])
    files = ["source/a.ts": []]
    files["app.json"] = PackedFixture.listing(files)
    #expect(differences { _ = try Payload(files: files) } == ["contract.json is missing"])
    files = fixture.files
    files["contract.json"] = Contract(handlerPath: "other.ts").canonicalBytes
    files["app.json"] = nil
    files["app.json"] = PackedFixture.listing(files)
    #expect(
      differences { _ = try Payload(files: files) } == [
        "source/other.ts, the contract's handler, is missing"
      ])
  }

  @Test func `Files are told apart by the bytes of their names`() throws {
    let fixture = try PackedFixture()
    var files = fixture.files
    files["source/caf\u{E9}.ts"] = [1]
    files["source/cafe\u{301}.ts"] = [2]
    files["app.json"] = nil
    files["app.json"] = PackedFixture.listing(files)
    let sources = try Payload(files: files).sources
    #expect(sources["caf\u{E9}.ts"] == [1] && sources["cafe\u{301}.ts"] == [2])
    files["source/cafe\u{301}.ts"] = nil
    #expect(differences { _ = try Payload(files: files) }.count == 1)
  }

  @Test func `A binary is read with its digests`() throws {
    let fixture = try PackedFixture()
    let path = try fixture.binary(runtime: Array("runtime".utf8))
    let binary = try #require(try PackedBinary.read(path))
    let folder = try Payload(folder: try fixture.folder())
    #expect(binary.payload.appDigest == folder.appDigest)
    #expect(
      try PackedBinary.digest(of: path, first: binary.runtimeSize)
        == Digest.sha256(of: "runtime"))
    #expect(try PackedBinary.digest(of: path, first: nil) != Digest.sha256(of: "runtime"))
    let bare = fixture.root + "/bare"
    try fixture.write(Array(repeating: 1, count: 1000), to: bare)
    #expect(try PackedBinary.read(bare) == nil)
  }

  @Test func `A changed byte anywhere behind the runtime is found`() throws {
    let fixture = try PackedFixture()
    var length = 0
    _ = try fixture.binary(runtime: [1, 2, 3]) { length = $0.count }
    for place in [0, 600, length / 2, length - 65, length - 60, length - 30] {
      let path = try fixture.binary(name: "changed", runtime: [1, 2, 3]) { $0[place] ^= 1 }
      #expect(!differences { _ = try PackedBinary.read(path) }.isEmpty, "byte \(place)")
    }
  }

  @Test func `A file outside app in the archive is refused`() throws {
    let fixture = try PackedFixture()
    let tar = try TarWriter([.file("elsewhere/x", [])]).bytes()
    let trailer = BinaryTrailer(offset: 0, tar: tar)
    let path = fixture.root + "/odd"
    try fixture.write(tar + trailer.bytes, to: path)
    #expect(
      differences { _ = try PackedBinary.read(path) } == ["elsewhere/x is not below app/"])
  }

  @Test func `What a service says of itself names no path and no value`() throws {
    let fixture = try PackedFixture()
    let payload = try Payload(folder: try fixture.folder())
    let answer = Application.selfDescription(payload)
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(text.contains(payload.contractDigest.hex))
    #expect(text.contains("\(payload.appDigest)"))
    #expect(text.contains(#""retrySafe":false"#))
    #expect(!text.contains("handler.ts"))
  }
}

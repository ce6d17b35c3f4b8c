import ContentStore
import Contracts
import Digests
import Encodings
import Foundation
import HandlerProver
import OCIImage
import Testing

@testable import ImageProof

/// The process that proves, as the kernel sees it.
struct ProofProcessTests {
  /// The program under test, beside the bundle of tests.
  private static let executable: String = {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (path as NSString).deletingLastPathComponent + "/zigttp-control-plane"
  }()

  private static func task(
    _ sources: [(path: String, text: String)] = [("handler.ts", ProofTaskTests.source)]
  ) throws -> ProofTask {
    let files = sources.map { AppLayer.File(path: $0.path, bytes: Array($0.text.utf8)) }
    let contract = try Reproof(
      of: Dictionary(uniqueKeysWithValues: files.map { (ByteName($0.path), $0.bytes) }),
      claimed: Contract(handlerPath: "handler.ts")
    ).contract
    let app = try AppLayer(sources: files, contract: contract.canonicalBytes, modified: 0)
    return ProofTask(
      contract: contract, created: 0,
      runtime: RuntimeLayer(
        diffID: .sha256(of: "tar"),
        descriptor: Descriptor(
          mediaType: MediaType.gzipLayer, digest: .sha256(of: "gzip"), size: 4)),
      platform: Descriptor.Platform(architecture: "amd64"), app: app.tar)
  }

  @Test func anotherProcessSaysTheSame() throws {
    let task = try Self.task()
    let process = ProofProcess(executable: Self.executable)
    #expect(try process.result(of: task) == task.result())
  }

  /// A schema is loaded and statements are prepared in there as well.
  @Test func aProgramWithStatementsIsProvenInThere() throws {
    let task = try Self.task([
      (
        "handler.ts",
        """
        import { sql, sqlMany, sqlExec } from "zigttp:sql";
        sql("all", "SELECT id, title FROM books ORDER BY random()");
        sql("add", "INSERT INTO books (title) VALUES (:title)");
        export function handler(req) {
          if (req.method === "POST") sqlExec("add", { title: req.text() });
          return Response.json(sqlMany("all"));
        }
        """
      ),
      (
        "schema.sql",
        """
        CREATE TABLE books (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT UNIQUE, n DEFAULT (random()));
        INSERT INTO books (title) SELECT value FROM json_each('["a", "b"]') ORDER BY random();
        """
      ),
    ])
    #expect(task.contract.sql.queries.count == 2)
    let process = ProofProcess(executable: Self.executable)
    #expect(try process.result(of: task) == task.result())
  }

  /// Before it has read a byte it has no network, no files, no other program, and little of all else.
  @Test func itHasGivenUpEverythingBeforeItReads() throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: Self.executable)
    let limits = Confinement()
    child.arguments = [ProofChild.word] + limits.arguments
    let (input, output) = (Pipe(), Pipe())
    (child.standardInput, child.standardOutput) = (input, output)
    try child.run()
    defer { child.terminate() }
    let folder = "/proc/\(child.processIdentifier)"
    func status(_ name: String) throws -> String? {
      let text = try String(contentsOfFile: folder + "/status", encoding: .utf8)
      return text.split(separator: "\n").first { $0.hasPrefix(name + ":") }.map {
        $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
      }
    }
    for _ in 0..<12_000 where try status("Seccomp") != "2" { usleep(10_000) }
    #expect(try status("Seccomp") == "2")
    #expect(try status("NoNewPrivs") == "1")
    if geteuid() == 0 {
      #expect(try status("Uid")?.split(separator: "\t").first == "65534")
      #expect(try status("Groups")?.isEmpty == true)
      let open = try FileManager.default.contentsOfDirectory(atPath: folder + "/fd")
      #expect(Set(open).isSubset(of: ["0", "1", "2"]))
    }
    let table = try String(contentsOfFile: folder + "/limits", encoding: .utf8)
    func limit(_ name: String) -> String? {
      table.split(separator: "\n").first { $0.hasPrefix(name) }?
        .dropFirst(26).split(separator: " ").first.map(String.init)
    }
    #expect(limit("Max cpu time") == "\(limits.cpuSeconds)")
    #expect(limit("Max address space") == "\(limits.addressSpace)")
    #expect(limit("Max file size") == "0")
    #expect(limit("Max open files") == "3")
    #expect(limit("Max core file size") == "0")
    try input.fileHandleForWriting.close()
    let answer = try #require(try output.fileHandleForReading.readToEnd())
    guard case .failed = try ProofResult(Array(answer)) else {
      Issue.record("an empty task was done: \(String(decoding: answer, as: UTF8.self))")
      return
    }
  }

  /// Whoever needs more than there is has no say.
  @Test func aProcessThatIsEndedHasRefused() throws {
    var process = ProofProcess(executable: Self.executable)
    process.limits.addressSpace = 1 << 20
    guard case .refused(let why) = try process.result(of: Self.task()) else {
      Issue.record("taken")
      return
    }
    #expect(why.contains("1 MiB of memory is not given"), "\(why)")
  }

  @Test func aProgramThatIsNoneIsAFailureOfOurs() throws {
    #expect(throws: (any Error).self) {
      try ProofProcess(executable: "/nowhere/at/all").result(of: Self.task())
    }
    // Says something, but no result.
    #expect(throws: (any Error).self) {
      try ProofProcess(executable: "/bin/echo").result(of: Self.task())
    }
    // Says nothing.
    guard case .refused = try ProofProcess(executable: "/bin/true").result(of: Self.task()) else {
      Issue.record("taken")
      return
    }
  }

  @Test func onlyItsOwnArgumentsMakeOne() {
    #expect(Confinement(["1", "2", "3"])?.addressSpace == 3)
    for words in [
      [], ["1"], ["1", "2"], ["1", "2", "x"], ["1", "2", "3", "4"], ["1", "-2", "3"],
    ] {
      #expect(Confinement(words) == nil)
    }
  }
}

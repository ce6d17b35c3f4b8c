import Foundation
import Synchronization
import TestSupport
import Testing

/// `zigttp dev`: a save is served, told of and recorded; what cannot be served leaves the rest alone.
@Suite struct DevTests {
  static func text(_ text: String) -> String {
    "export const handler = (req) => Response.text(\"\(text)\");\n"
  }

  @Test func aSaveTakesThePlaceOfTheHandlerAndIsRecorded() throws {
    let dev = try DevProcess(
      try Workspace(["handler.ts": Self.text("one")]), ["--watch", "--prove"])
    #expect(try dev.server.get("/").body == "one")
    #expect(dev.printed.contains("Baseline:   none (first deploy)"))
    try dev.save(
      """
      import { env } from "zigttp:env";
      export const handler = (req) => Response.text("two" + (env("EXTRA") ?? ""));
      """)
    try dev.waitForBody("two")
    try dev.waitUntilPrinted("+ env EXTRA")
    #expect(dev.told.contains("serving what was saved"))
    // What is served says of itself what it is.
    let described = try dev.server.get("/.well-known/zigttp").body
    let ledger = try dev.project.ledger()
    #expect(ledger.count == 1)
    #expect(ledger[0].contains(#""kind":"swap""#))
    let contract = try #require(described.firstRange(of: #/"contractSha":"[0-9a-f]{64}"/#))
    #expect(ledger[0].contains(described[contract]))
    #expect(dev.stop() == 0)
    let list = try dev.project.zigttp("proofs", "list")
    #expect(list.status == 0 && list.output.contains("swap"), "\(list)")
    #expect(try dev.project.zigttp("proofs", "verify").status == 0)
    #expect(try dev.project.zigttp("store", "fsck").status == 0)
  }

  @Test func withoutProveNothingIsWritten() throws {
    let dev = try DevProcess(try Workspace(["handler.ts": Self.text("one")]), ["--watch"])
    try dev.save(Self.text("two"))
    try dev.waitForBody("two")
    try dev.waitUntilTold("serving what was saved")
    #expect(!dev.project.has(".zigttp"))
    #expect(dev.stop() == 0)
  }

  @Test func withoutWatchASaveIsNotServed() throws {
    let dev = try DevProcess(try Workspace(["handler.ts": Self.text("one")]), [])
    try dev.waitUntilTold("saves are not watched: dev --watch serves each of them")
    try dev.save(Self.text("two"))
    #expect(try dev.server.get("/").body == "one")
    #expect(dev.stop() == 0)
  }

  @Test func aRefusedSaveLeavesTheOldHandlerServing() throws {
    let page = #"export const handler = (req) => Response.html("<p>one</p>");"#
    let dev = try DevProcess(try Workspace(["handler.ts": page]), ["--watch"])
    #expect(try dev.server.get("/").body.hasPrefix("<p>one</p><script>"))
    try dev.save("export const handler = (req) => Response.html(a == null);\n")
    try dev.waitUntilTold("the handler before goes on")
    #expect(dev.told.contains("error[ZT213]"), "\(dev.told)")
    // The page says it as well, whether it waited or is loaded now.
    let shown = try dev.server.get("/").body
    #expect(shown.hasPrefix("<p>one</p><script>") && shown.contains("ZT213"), "\(shown)")
    let news = try dev.server.get("/.well-known/zigttp/dev?seen=0").body
    #expect(news.contains("ZT213"), "\(news)")
    try dev.save(#"export const handler = (req) => Response.html("<p>two</p>");"#)
    try dev.waitForBody("<p>two</p>")
    try dev.waitUntilTold("serving what was saved")
    #expect(try !dev.server.get("/").body.contains("ZT213"))
    // The same again is no news: what was served before is served after.
    #expect(dev.stop() == 0)
  }

  @Test func aModuleThatCannotStartIsRefusedToo() throws {
    let dev = try DevProcess(try Workspace(["handler.ts": Self.text("one")]), ["--watch"])
    try dev.save(
      "const a = JSON.parse(\"{\");\nexport const handler = (req) => Response.json(a);\n")
    try dev.waitUntilTold("the handler before goes on")
    #expect(dev.told.contains("handler.ts:1"), "\(dev.told)")
    #expect(try dev.server.get("/").body == "one")
    #expect(dev.stop() == 0)
  }

  @Test func whatIsBrokenAtTheStartIsServedOnceItIsMended() throws {
    let dev = try DevProcess(try Workspace(["handler.ts": "var a;\n"]), ["--watch"])
    let answer = try dev.server.get("/any")
    #expect(answer.status == 503)
    #expect(answer.body.contains("ZT201"), "\(answer.body)")
    #expect(dev.told.contains("nothing is served yet"))
    try dev.save(Self.text("mended"))
    try dev.waitForBody("mended")
    #expect(dev.stop() == 0)
  }

  @Test func withoutWatchWhatIsBrokenEndsIt() throws {
    let project = try Workspace(["handler.ts": "var a;\n"])
    let result = try project.zigttp("dev", "-p", "0")
    #expect(result.status == 1)
    #expect(result.errors.contains("ZT201"))
  }

  @Test func aSaveOfAnImportedFileInANewFolderIsSeen() throws {
    let dev = try DevProcess(try Workspace(["handler.ts": Self.text("one")]), ["--watch"])
    try dev.save("export const text = \"two\";\n", as: "lib/deep/text.ts")
    try dev.save(
      "import { text } from \"./lib/deep/text\";\n"
        + "export const handler = (req) => Response.text(text);\n")
    try dev.waitForBody("two")
    try dev.save("export const text = \"three\";\n", as: "lib/deep/text.ts")
    try dev.waitForBody("three")
    #expect(dev.stop() == 0)
  }

  @Test func whatIsStoredIsKeptOverSavesUntilItIsForgotten() throws {
    func counter(_ name: String) -> String {
      """
      import { cacheIncr } from "zigttp:cache";
      export const handler = (req) => Response.text("\(name)" + cacheIncr("visits", "all", 1));
      """
    }
    let dev = try DevProcess(try Workspace(["handler.ts": counter("a")]), ["--watch"])
    #expect(try dev.server.get("/").body == "a1")
    #expect(try dev.server.get("/").body == "a2")
    try dev.save(counter("b"))
    try dev.waitUntilTold("serving what was saved")
    #expect(try dev.server.get("/").body == "b3")
    dev.type("r")
    try dev.waitUntilTold("forgotten")
    #expect(try dev.server.get("/").body == "b1")
    dev.type("q")
    #expect(dev.status() == 0)
  }

  @Test func freshForgetsAtEachSave() throws {
    func counter(_ name: String) -> String {
      """
      import { cacheIncr } from "zigttp:cache";
      export const handler = (req) => Response.text("\(name)" + cacheIncr("visits", "all", 1));
      """
    }
    let dev = try DevProcess(try Workspace(["handler.ts": counter("a")]), ["--watch", "--fresh"])
    #expect(try dev.server.get("/").body == "a1")
    try dev.save(counter("b"))
    try dev.waitUntilTold("serving what was saved")
    #expect(try dev.server.get("/").body == "b1")
    #expect(dev.stop() == 0)
  }

  @Test func theEnvironmentIsReadAgain() throws {
    let source = """
      import { env } from "zigttp:env";
      export const handler = (req) => Response.text(env("GREETING") ?? "none");
      """
    let dev = try DevProcess(try Workspace(["handler.ts": source]), ["--watch"])
    #expect(try dev.server.get("/").body == "none")
    try dev.save("GREETING=hello\n", as: ".env")
    try dev.waitForBody("hello")
    #expect(dev.stop() == 0)
  }

  /// A request that came to the old handler is answered by it, however long that takes; the next go to
  /// the new one meanwhile.
  @Test func requestsInFlightFinishOnTheOldHandler() throws {
    let upstream = try SlowUpstream()
    let source = { (name: String) in
      """
      import { fetch } from "zigttp:fetch";
      export function handler(req) {
        if (req.path === "/fast") return Response.text("\(name)");
        const answer = fetch("http://127.0.0.1:\(upstream.port)/");
        return Response.text("\(name) " + answer.status);
      }
      """
    }
    let dev = try DevProcess(try Workspace(["handler.ts": source("old")]), ["--watch"])
    let port = dev.port
    let slow = Running { try Server(address: "127.0.0.1", port: port).get("/slow").body }
    upstream.waitForARequest()
    try dev.save(source("new"))
    try dev.waitForBody("new", at: "/fast")
    upstream.answer()
    let body = try slow.value()
    #expect(body == "old 204")
    #expect(dev.stop() == 0)
  }

  @Test func noRequestIsLostOverSaves() throws {
    let dev = try DevProcess(try Workspace(["handler.ts": Self.text("0")]), ["--watch"])
    let port = dev.port
    let asking = Running { () -> [String] in
      let server = Server(address: "127.0.0.1", port: port)
      var seen: [String] = []
      while seen.last != "5", seen.count < 5000 { seen.append(try server.get("/").body) }
      return seen
    }
    for number in 1...5 {
      try dev.save(Self.text("\(number)"))
      try dev.waitForBody("\(number)")
    }
    let seen = try asking.value()
    #expect(seen.allSatisfy { "012345".contains($0) && $0.count == 1 })
    #expect(seen == seen.sorted())
    #expect(seen.last == "5")
    #expect(dev.stop() == 0)
  }

  @Test func aPortThatIsTakenIsTold() throws {
    let dev = try DevProcess(try Workspace(["handler.ts": Self.text("one")]), [])
    let result = try Workspace(["handler.ts": Self.text("two")]).zigttp("dev", "-p", "\(dev.port)")
    #expect(result.status == 1)
    #expect(result.errors.contains("\(dev.port)") && result.errors.contains("another port"))
    #expect(dev.stop() == 0)
  }

  /// Runs on a thread of its own: those of the tests wait.
  private final class Running<Value>: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    // Written before `done` is signalled, read behind that.
    private var result: Result<Value, any Error>?

    init(_ body: @escaping @Sendable () throws -> Value) {
      Thread.detachNewThread {
        self.result = Result(catching: body)
        self.done.signal()
      }
    }

    func value() throws -> Value {
      #expect(done.wait(timeout: .now() + 60) == .success)
      return try #require(result).get()
    }
  }
}

/// Takes one request and answers it when it is told to.
final class SlowUpstream: Sendable {
  private let listener: LoopbackListener
  private let asked = DispatchSemaphore(value: 0)
  private let connection = Mutex<Int32?>(nil)

  var port: Int { listener.port }

  init() throws {
    listener = try LoopbackListener()
    try listener.accept { [weak self] connection in
      guard let upstream = self else {
        close(connection)
        return
      }
      var byte: UInt8 = 0
      _ = read(connection, &byte, 1)
      upstream.connection.withLock { $0 = connection }
      upstream.asked.signal()
    }
  }

  deinit {
    listener.stop()
    connection.withLock { if let connection = $0 { close(connection) } }
  }

  func waitForARequest() { asked.wait() }

  func answer() {
    let text = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"
    connection.withLock { connection in
      if let connection { _ = text.withCString { write(connection, $0, strlen($0)) } }
    }
  }
}

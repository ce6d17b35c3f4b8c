import ContentStore
import Encodings
import Transfers

extension CommandFailure {
  init(_ error: TransferError) {
    switch error {
    case .badAddress(let text, let expected, let found):
      self.init(
        .usage, "'\(text)' is no address: expected \(expected), found \(found)",
        next: "`zigttp help refs` lists what an image can be named by.")
    case .foreignKind(let text, let kind): self.init(foreign: text, kind)
    case .noLayout(let path, let expected, let found):
      self.init(.failure, "\(path) is no OCI image layout: expected \(expected), found \(found)")
    case .dockerArchive(let path):
      self.init(
        .failure, "\(path) is an archive as docker writes it, which holds no manifest",
        next: "`skopeo copy docker-archive:\(path) oci-archive:FILE` makes one that does.")
    case .compressed(let path, let format):
      self.init(
        .failure, "\(path) is compressed (\(format)): expected a plain tar, which is read in place",
        next: "Decompress it first.")
    case .archive(let cause, let path):
      self.init(.failure, "\(path) cannot be read: \(cause)")
    case .noEntry(let name, let place, let names):
      self.init(
        .failure, name.map { "\(place) has nothing called '\($0)'" } ?? "\(place) names nothing",
        details: Self.list(names))
    case .ambiguous(let name, let place, let names):
      self.init(
        .failure,
        name.map { "\(place) has several that are called '\($0)'" }
          ?? "\(place) holds several, and none was named",
        details: Self.list(names), next: "Name one: PATH:TAG or PATH@DIGEST.")
    case .otherDigest(let place, let expected, let found):
      self.init(
        .failure, "\(place) is to have \(expected), and what was to be copied is \(found)",
        next: "Leave the digest out, or name the source by it.")
    case .serviceTag(let name, let place):
      self.init(
        .failure, "'\(name)' is the tag of a service in \(place), which only a deploy gives",
        next: "Use another tag.")
    case .object(let cause, let place): self.init(cause, at: place)
    case .registry(let cause): self.init(cause)
    case .store(let cause) where cause.code == .malformed:
      // Of a place that is nobody's store.
      let comparison = [cause.expected.map { "expected \($0)" }, cause.found.map { "found \($0)" }]
        .compactMap(\.self).joined(separator: ", ")
      self.init(.failure, "\(cause.path ?? "it") cannot be read: \(comparison)")
    case .store(let cause): self.init(cause)
    }
  }

  private init(foreign text: String, _ kind: String) {
    let next: SafeText =
      switch kind {
      case "oci://", "docker:":
        "A registry is docker://\(text.dropFirst(kind.count).drop { $0 == "/" })"
      default: "Copy it first: `skopeo copy \(text) oci:DIR:TAG`"
      }
    self.init(
      .usage,
      "'\(text)': \(kind) is not read here; expected docker://, oci: or oci-archive:",
      next: next)
  }

  // An object that somebody else was to have.
  private init(_ error: StoreError, at place: String) {
    let object: SafeText = error.digest.map { "\($0)" } ?? "\(error.path ?? "an object")"
    let comparison = [error.expected.map { "expected \($0)" }, error.found.map { "found \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    switch error.code {
    case .missing: self.init(.failure, "\(place) lacks \(object), which it names")
    case .corrupt:
      self.init(
        .integrity,
        "\(place) gives other bytes as \(object): \(comparison); nothing of them was kept")
    case .unsupportedDigest:
      self.init(.failure, "\(place) names \(object): only sha256 names objects here")
    case .tooLarge: self.init(.failure, "\(place): \(object) is too large: \(comparison)")
    default: self.init(.failure, "\(place): \(object) cannot be read: \(comparison)")
    }
  }

  private static func list(_ names: [String]) -> [SafeText] {
    let shown = names.prefix(20).map { "  \($0)" as SafeText }
    let rest: [SafeText] = names.count > 20 ? ["  and \(names.count - 20) more"] : []
    return names.isEmpty ? [] : ["It has:"] + shown + rest
  }
}

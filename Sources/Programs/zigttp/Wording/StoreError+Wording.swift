import Archive
import ContentStore
import Glibc
import OCIImage

extension CommandFailure {
  init(_ error: ArchiveError) {
    if case .system = error {
      self.init(.failure, "\(error)")
    } else {
      self.init(.integrity, "an archive cannot be read: \(error)")
    }
  }

  init(_ error: StoreError) {
    let place = error.path ?? error.digest.map { "\($0)" } ?? "the store"
    let object = error.digest.map { "\($0)" } ?? place
    let comparison =
      [error.expected.map { "expected \($0)" }, error.found.map { "found \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    let call = error.call.map { "\($0) \(place)" } ?? place
    let reason = error.errno.map { String(cString: strerror($0.rawValue)) } ?? comparison
    switch error.code {
    case .notAStore:
      self.init(.failure, "\(place) is not a store: \(comparison)")
    case .foreignOwner:
      self.init(
        .failure, "\(place) belongs to \(error.found ?? "somebody else")",
        next: "Name it with --store \(place) if you trust it.")
    case .linked where error.expected != nil:
      self.init(
        .failure, "\(place) is a symbolic link: the folders of a store are its own",
        next: """
          Remove the link. To keep a store elsewhere, move all of it and name it with --store DIR or \
          ZIGTTP_STORE.
          """)
    case .linked:
      self.init(
        .failure, "\(place) is a symbolic link, and a store that was found is not used through one",
        next: "Name it with --store \(place) or ZIGTTP_STORE if you trust where it leads.")
    case .missing:
      self.init(.failure, "\(object) is not in the store")
    case .corrupt:
      self.init(
        .integrity, "\(object) is damaged: \(comparison)", details: ["at \(place)"],
        next: """
          Deploy the same sources again: a good copy takes its place. `zigttp store fsck` says what \
          it affects.
          """)
    case .tooLarge:
      self.init(.failure, "\(object) is too large: \(comparison)")
    case .malformed:
      self.init(
        .integrity, "\(place) cannot be read: \(comparison)",
        next: "`zigttp store fsck` says what leads back; --repair makes anew what it can.")
    case .unsupportedDigest:
      self.init(.failure, "\(object): only sha256 names objects here")
    case .diskFull, .accessDenied, .system:
      self.init(.failure, "\(call): \(reason)")
    case .readOnly:
      self.init(.failure, "\(place) is read-only: nothing was written")
    }
  }

  init(_ error: ImageError) {
    switch error {
    case .store(let cause): self.init(cause)
    case .archive(let cause): self.init(cause)
    case .badRuntime(let path, let reason):
      self.init(
        .failure, "\(path) is not a runtime: \(reason)",
        next: "Name another with --runtime FILE.")
    case .malformed(let digest, let field, let expected, let found):
      self.init(
        .integrity,
        """
        \(digest) is not what its name promises: \(field): expected \(expected), found \(found)
        """)
    case .appFileUnexpected(let path):
      self.init(.integrity, "the app layer holds \(path), which app.json does not name")
    case .appFileMissing(let path):
      self.init(.integrity, "the app layer lacks \(path)")
    case .appFileChanged(let path, let expected, let found):
      self.init(.integrity, "\(path) of the app layer: expected \(expected), found \(found)")
    }
  }
}

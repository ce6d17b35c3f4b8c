import ContentStore
import Digests
import Files
import Ledger

extension Inspection {
  /// What makes the folder a store, its folders, and the small files that have no other place.
  mutating func checkLayout() throws {
    let layout = store.layout
    do throws(StoreError) {
      _ = try ContentStore(layout, readOnly: true, fileSystem: store.fileSystem)
    } catch {
      switch error.code {
      // Named with the folders below.
      case .linked: break
      case .notAStore: note(Finding(.layoutMissing, "oci-layout", expected: "version 1.0.0"))
      case .malformed, .tooLarge:
        note(
          Finding(
            .layoutMalformed, "oci-layout", expected: error.expected, found: error.found))
      default: throw error
      }
    }
    try checkFolders()
    if try storing(store.fileSystem.infoIfAny(layout.gitIgnore)) == nil {
      note(Finding(.gitignoreMissing, ".gitignore", expected: "*"))
    }
    if let kind = try storing(store.fileSystem.infoIfAny(layout.lock))?.kind, kind != .file {
      note(Finding(.lockNotAFile, "lock", expected: "a regular file", found: kind.words))
    }
    try checkOrigin()
  }

  private mutating func checkFolders() throws {
    let required = StoreMaker.folders(of: store.layout)
    let optional = [
      store.layout.deployFolder, store.layout.quarantine, store.layout.pending,
      store.layout.collected,
    ]
    for path in [store.layout.root] + required + optional {
      guard let info = try storing(store.fileSystem.infoIfAny(path)) else {
        if required.contains(path) {
          note(Finding(.folderMissing, relative(path), expected: "a folder"))
        }
        continue
      }
      let name = path == store.layout.root ? "." : relative(path)
      if info.kind != .directory {
        note(Finding(.folderMissing, name, expected: "a folder", found: info.kind.words))
      } else if info.permissions & 0o200 == 0 {
        note(
          Finding(
            .folderNotWritable, name, expected: "a folder that its owner may write",
            found: "mode 0\(String(info.permissions, radix: 8))"))
      }
    }
  }

  private mutating func checkOrigin() throws {
    let expected = "one line of 1 to 200 printable bytes without space and +"
    func amiss(_ kind: FindingKind, _ found: String? = nil) {
      // Where what was signed cannot tell the name, no repair can.
      let isTold = Result { () throws(LedgerError) in try StoreOrigin(store).signed() }
      let remedy: Finding.Remedy? = if case .failure = isTold { .restore } else { nil }
      note(Finding(kind, "origin", expected: expected, found: found, remedy: remedy))
    }
    let bytes: [UInt8]?
    do throws(StoreError) {
      bytes = try storing(store.fileSystem.contents(of: store.layout.origin, limit: 4096))
    } catch {
      guard error.code == .malformed || error.code == .tooLarge else { throw error }
      return amiss(.originMalformed, error.found)
    }
    guard let bytes else { return amiss(.originMissing) }
    guard bytes.last == UInt8(ascii: "\n"), StoreOrigin.isValid(bytes.dropLast()) else {
      let found = String(decoding: bytes.prefix(80), as: UTF8.self)
      return amiss(.originMalformed, "'\(found)'")
    }
  }

  /// What processes that died left behind.
  mutating func checkLeftovers() throws {
    let found = store.leftovers(now: now / 1000)
    if found.files > 0 {
      note(
        Finding(
          .leftover, "tmp/, leases/", expected: "nothing of processes that ended",
          found: "\(found.files) file(s), \(found.bytes) bytes"))
    }
  }

  /// Objects by themselves: their bytes, their kind, their permissions, and names that are none.
  mutating func checkBlobs() {
    for number in map.audit.remarkable {
      guard let entry = map.audit[number] else { continue }
      let affects =
        entry.problem == nil ? Finding.Affected() : map.affected(by: entry.digest)
      let subject = entry.digest.description
      switch entry.problem {
      case .corrupt(let found):
        note(
          Finding(
            .blobCorrupt, subject, expected: subject, found: "\(found), \(entry.size) bytes",
            affects: affects))
      case .notAFile(let kind):
        note(
          Finding(
            .blobNotAFile, subject, expected: "a regular file", found: kind.words, affects: affects)
        )
      case .unreadable(let error):
        let reason = error.errno.map { "\(error.call ?? "read"): \($0)" } ?? error.found
        note(
          Finding(
            .blobUnreadable, subject, expected: "its bytes", found: reason, affects: affects))
      case nil:
        note(Finding(.blobPermissions, subject, expected: "mode 0444", found: "somebody may write"))
      }
    }
    for name in strangers {
      note(
        Finding(
          .blobName, "blobs/sha256/\(name)", expected: "a name of 64 lower-case hex digits"))
    }
    for name in unreadableNames {
      note(
        Finding(
          .blobName, "blobs/sha256/\(name)", expected: "a name of 64 lower-case hex digits",
          found: "bytes that are not UTF-8"))
    }
  }
}

import Digests
import Files
import SystemPackage

extension BlobBatch {
  static let emptyDigest = Digest.sha256(of: [])

  /// Makes what is staged durable, then gives it its names. The names themselves become durable
  /// with the folder, in `commit`.
  func flush() throws(StoreError) {
    if let failed { throw failed }
    guard !staged.isEmpty else { return }
    try orFail { () throws(StoreError) in
      try synchronizeStaged()
      for index in staged.indices { try name(&staged[index]) }
    }
    discardStaged()
  }

  private func synchronizeStaged() throws(StoreError) {
    // What is closed already can only be waited for with everything else.
    if staged.count > Self.togetherLimit || staged.contains(where: { $0.descriptor == nil }) {
      try attempt("syncfs", layout.blobs) { () throws(Errno) in
        try fileSystem.synchronizeAll(folder)
      }
      return
    }
    // Started together, the first wait pays for the journal commit of all.
    let descriptors = staged.compactMap(\.descriptor)
    for descriptor in descriptors { fileSystem.startWriteback(descriptor) }
    for descriptor in descriptors {
      try attempt("fsync", layout.temporary) { () throws(Errno) in
        try fileSystem.synchronize(descriptor)
      }
    }
  }

  /// Gives a staged file its name, in place of a damaged object that has it.
  private func name(_ file: inout Staged) throws(StoreError) {
    // Somebody else, just as fast, may have the same bytes.
    if try link(&file) { return }
    if try isIntact(file.blob) { return }
    let quarantine = Quarantine(layout: layout, fileSystem: fileSystem)
    let digest = file.blob.digest
    let aside = try quarantine.take(
      try layout.blob(digest), as: "\(digest.algorithm)-\(digest.hex)")
    if aside != nil { replaced.append(digest) }
    // Taken once more, it is by somebody who replaced it as well.
    _ = try link(&file)
  }

  /// Returns false when the name is taken.
  private func link(_ file: inout Staged) throws(StoreError) -> Bool {
    let path = try layout.blob(file.blob.digest)
    do throws(Errno) {
      if let name = file.name {
        try fileSystem.renameNew(name, to: path)
        file.name = nil
      } else if let descriptor = file.descriptor {
        try fileSystem.linkUnnamed(descriptor, to: path)
      }
      return true
    } catch .fileExists {
      return false
    } catch {
      throw StoreError(error, call: "link", path: path)
    }
  }

  /// Runs a step after whose failure nothing of the batch may be relied on: what was staged is
  /// closed, and the same failure answers whatever is asked next.
  func orFail(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    do throws(StoreError) {
      try body()
    } catch {
      failed = error
      discardStaged()
      throw error
    }
  }

  func discardStaged() {
    for file in staged { discard(file) }
    staged = []
  }

  /// Closes a staged file and drops the name it had in `tmp/`.
  func discard(_ file: Staged) {
    if let descriptor = file.descriptor { fileSystem.close(descriptor) }
    guard let name = file.name else { return }
    do throws(Errno) { try fileSystem.remove(name) } catch {}
  }
}

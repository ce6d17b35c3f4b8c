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
    if staged.count > Self.togetherLimit || staged.contains(where: { $0.open == nil }) {
      return try storing(folder.synchronizeAll())
    }
    // Started together, the first wait pays for the journal commit of all.
    let files = staged.compactMap(\.open)
    for open in files { open.file.startWriteback() }
    for open in files { try storing(open.file.synchronize()) }
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
    if let name = file.name {
      guard try storing(fileSystem.move(name, toNew: path)) else { return false }
      file.name = nil
      return true
    }
    guard let descriptor = file.open?.file.descriptor else { return true }
    do throws(Errno) {
      try fileSystem.linkUnnamed(descriptor, to: path)
      return true
    } catch .fileExists {
      return false
    } catch {
      // The name is given by way of /proc, which need not be there either.
      guard error.meansUnsupported || error == .noSuchFileOrDirectory else {
        throw StoreError(error, call: "link", path: path)
      }
    }
    // A file that can have no second name gets its first one too late: its bytes are written again.
    needsNames = true
    let whole = AtomicFile.Part.file(descriptor: descriptor, offset: 0, length: file.blob.size)
    let files = AtomicFile(fileSystem: fileSystem, temporary: layout.temporary)
    let copy = try storing(files.stage([whole], permissions: 0o444))
    return try storing(copy.place(atNew: path))
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

  /// Drops the name that a staged file had in `tmp/`; it is closed when nobody holds it.
  func discard(_ file: Staged) {
    guard let name = file.name else { return }
    do throws(Errno) { try fileSystem.remove(name) } catch {}
  }
}

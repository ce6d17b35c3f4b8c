import Files
import SystemPackage

/// What a writer would be refused, found without writing.
extension ContentStore {
  /// Fails where ``begin()`` or ``lockForWriting(command:waiting:)`` would, as far as looking tells:
  /// nobody knows whether there will be room.
  public func rehearseWriting() throws(StoreError) {
    try requireWritable()
    for folder in StoreMaker.folders(of: layout) {
      guard let info = try storing(fileSystem.infoIfAny(folder, followingLink: true)) else {
        continue
      }
      guard info.kind == .directory else {
        throw StoreError(
          .malformed, path: folder, expected: "a folder", found: info.kind.words)
      }
      guard fileSystem.isWritable(folder) else {
        throw StoreError(.permissionDenied, call: "open", path: folder)
      }
    }
    if let info = try storing(fileSystem.infoIfAny(layout.lock)), info.kind != .file {
      throw StoreError(
        .malformed, path: layout.lock, expected: FileInfo.Kind.file.words, found: info.kind.words)
    }
  }

  /// Whether `lock` is a file, or can become one.
  public func hasUsableLock() throws(StoreError) -> Bool {
    guard let info = try storing(fileSystem.infoIfAny(layout.lock)) else { return true }
    return info.kind == .file
  }
}

extension StoreMaker {
  /// Fails where ``make(at:slug:)`` would, as far as looking tells.
  public func rehearse(at folder: String) throws(StoreError) {
    let isThere = try storing(fileSystem.infoIfAny(folder, followingLink: true)) != nil
    let place = isThere ? folder : Paths.folder(of: folder)
    guard let info = try storing(fileSystem.infoIfAny(place, followingLink: true)) else {
      throw StoreError(.noSuchFileOrDirectory, call: "mkdir", path: folder)
    }
    guard info.kind == .directory else {
      if isThere {
        throw StoreError(.malformed, path: place, expected: "a folder", found: "a file")
      }
      throw StoreError(.notDirectory, call: "mkdir", path: folder)
    }
    guard fileSystem.isWritable(place) else {
      throw StoreError(.permissionDenied, call: "mkdir", path: folder)
    }
  }
}

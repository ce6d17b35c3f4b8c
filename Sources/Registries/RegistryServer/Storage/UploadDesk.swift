import ContentStore
import Digests
import Files
import Glibc
import Synchronization
import SystemPackage

/// The uploads that are open: who has one in hand, and what was hashed of it.
///
/// An upload is a file, and its size is how far it is; so it survives a restart, and what was hashed
/// is hashed again then.
final class UploadDesk: Sendable {
  private struct State {
    var busy: Set<String> = []
    var hashed: [String: Hashed] = [:]
    var count = 0
  }
  private struct Hashed {
    var hasher: SHA256Hasher
    var size: UInt64
  }

  private let state: Mutex<State>
  private let fileSystem: any FileSystem
  private let limit: Int

  /// The uploads in some folders.
  init(
    _ folders: [String], limit: Int, fileSystem: any FileSystem
  ) throws(RegistryError) {
    self.limit = limit
    self.fileSystem = fileSystem
    var count = 0
    for folder in folders { count += try onDisk(fileSystem.namesIfAny(in: folder)).count }
    var state = State()
    state.count = count
    self.state = Mutex(state)
  }

  /// How many are open.
  var count: Int { state.withLock { $0.count } }

  /// Opens an upload.
  ///
  /// - Returns: its id, a UUID of random bits.
  func begin(in repository: Repository) throws(RegistryError) -> String {
    let isTaken = state.withLock { state in
      guard state.count < limit else { return false }
      state.count += 1
      return true
    }
    guard isTaken else {
      throw RegistryError(
        .tooManyRequests, 429, "\(limit) uploads are open; end one, or try again later")
    }
    do throws(RegistryError) {
      let id = try Self.makeID()
      let path = "\(repository.uploadFolder)/\(id)"
      _ = try onDisk(fileSystem.openFile(path, [.write, .new], permissions: 0o600))
      try onDisk(fileSystem.synchronizeFolder(repository.uploadFolder))
      state.withLock { $0.hashed[id] = Hashed(hasher: SHA256Hasher(), size: 0) }
      return id
    } catch {
      state.withLock { $0.count -= 1 }
      throw error
    }
  }

  /// Takes an upload in hand, for one request.
  ///
  /// - Throws: `BLOB_UPLOAD_UNKNOWN`; 409 where another request has it.
  func take(_ id: String, in repository: Repository) throws(RegistryError) -> Upload {
    guard Self.isID(id) else { throw .unknownUpload(id) }
    guard state.withLock({ $0.busy.insert(id).inserted }) else {
      throw .uploadIsBusy(id)
    }
    do throws(RegistryError) {
      let path = "\(repository.uploadFolder)/\(id)"
      try recover(id, path)
      guard let file = try onDisk(fileSystem.openFileIfAny(path, .append)) else {
        throw RegistryError.unknownUpload(id)
      }
      let size = try onDisk(file.info()).size
      let known = state.withLock { $0.hashed.removeValue(forKey: id) }
      if let known, known.size == size {
        return Upload(id, repository, self, file, size, known.hasher)
      }
      let hasher = try onDisk(Self.hash(file))
      return Upload(id, repository, self, file, size, hasher)
    } catch {
      state.withLock { _ = $0.busy.remove(id) }
      throw error
    }
  }

  /// How far an upload is, in bytes. Asking takes it from nobody: a request that adds to it in the
  /// same moment is not refused for that.
  ///
  /// - Throws: `BLOB_UPLOAD_UNKNOWN`; 409 where a request has it, which nobody could go on beside.
  func position(of id: String, in repository: Repository) throws(RegistryError) -> UInt64 {
    guard Self.isID(id) else { throw .unknownUpload(id) }
    guard !state.withLock({ $0.busy.contains(id) }) else { throw .uploadIsBusy(id) }
    let info = try onDisk(fileSystem.infoIfAny("\(repository.uploadFolder)/\(id)"))
    // One with two names is an object already.
    guard let info, info.links == 1 else { throw .unknownUpload(id) }
    return info.size
  }

  /// Looks after an upload that was about to end when its process did. One that is an object already
  /// is none any more: what is added to it would be added to the object.
  private func recover(_ id: String, _ path: String) throws(RegistryError) {
    guard let info = try onDisk(fileSystem.infoIfAny(path)) else { return }
    if info.links > 1 {
      try onDisk(fileSystem.removeIfAny(path))
      state.withLock { $0.count -= 1 }
    } else if info.permissions & 0o200 == 0 {
      try calling("chmod", path) { () throws(Errno) in
        try fileSystem.setPermissions(path, to: 0o600)
      }
    }
  }

  private static func hash(_ file: borrowing OpenFile) throws(FileError) -> SHA256Hasher {
    var hasher = SHA256Hasher()
    let buffer = FileBuffer(1 << 20)
    var offset: UInt64 = 0
    while let piece = try file.next(&offset, in: buffer.bytes) { hasher.update(piece) }
    return hasher
  }

  /// Gives an upload back, to go on later.
  ///
  /// - Parameter hasher: nil where what is on disk may be something else.
  func giveBack(_ id: String, _ hasher: SHA256Hasher?, size: UInt64) {
    state.withLock { state in
      state.busy.remove(id)
      state.hashed[id] = hasher.map { Hashed(hasher: $0, size: size) }
    }
  }

  /// Notes that an upload is no more.
  func end(_ id: String) {
    state.withLock { state in
      state.busy.remove(id)
      state.hashed[id] = nil
      state.count -= 1
    }
  }

  /// Removes uploads of a repository that nobody has written to for long.
  ///
  /// - Returns: how many.
  func expire(in repository: Repository, olderThan seconds: Int64) throws(RegistryError) -> Int {
    var removed = 0
    for id in try onDisk(fileSystem.namesIfAny(in: repository.uploadFolder)) {
      let path = "\(repository.uploadFolder)/\(id)"
      let age =
        Int64(time(nil)) - (try onDisk(fileSystem.infoIfAny(path))?.modified ?? .max)
        / 1_000_000_000
      guard age >= seconds, state.withLock({ $0.busy.insert(id).inserted }) else { continue }
      if try onDisk(fileSystem.removeIfAny(path)) {
        removed += 1
        end(id)
      } else {
        state.withLock { _ = $0.busy.remove(id) }
      }
    }
    return removed
  }

  // MARK: Ids

  /// Reference: RFC 9562, section 5.4.
  private static func makeID() throws(RegistryError) -> String {
    var digits = Array(try onDisk(RandomName.make()).utf8)
    digits[12] = UInt8(ascii: "4")
    digits[16] = Array("89ab".utf8)[Int(digits[16]) & 3]
    let text = String(decoding: digits, as: UTF8.self)
    var out = ""
    for (index, character) in text.enumerated() {
      if [8, 12, 16, 20].contains(index) { out += "-" }
      out.append(character)
    }
    return out
  }

  // It becomes a path.
  private static func isID(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && text.utf8.allSatisfy { unit in
        unit == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(unit)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(unit)
      }
  }
}

import Encodings
import Glibc

extension Payload {
  /// Reads an app folder, as the image has it at `/app`.
  /// - Throws: ``PayloadError``; a link or device in the folder counts as a difference.
  public init(folder path: String) throws(PayloadError) {
    var reader = FolderReader(root: path)
    try reader.read("", depth: 0)
    try self.init(files: reader.files)
  }
}

/// Reads a folder with everything below it, following no link.
private struct FolderReader {
  private static let depthLimit = 64
  private let root: String
  private(set) var files: [ByteName: [UInt8]] = [:]
  private var size = 0

  init(root: String) { self.root = root }

  mutating func read(_ relative: String, depth: Int) throws(PayloadError) {
    let path = relative.isEmpty ? root : "\(root)/\(relative)"
    guard depth < Self.depthLimit else {
      throw .unreadable(path: path, reason: "folders nested too deeply")
    }
    guard let folder = opendir(path) else { throw Self.failure(path) }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      try readEntry(relative.isEmpty ? name : "\(relative)/\(name)", depth: depth)
    }
  }

  private mutating func readEntry(_ relative: String, depth: Int) throws(PayloadError) {
    let path = "\(root)/\(relative)"
    var status = stat()
    guard lstat(path, &status) == 0 else { throw Self.failure(path) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: try read(relative, depth: depth + 1)
    case S_IFREG:
      size += Int(status.st_size)
      guard size <= Payload.sizeLimit else { throw .tooLarge(limit: Payload.sizeLimit) }
      files[ByteName(relative)] = try FileContent.read(
        path, limit: Payload.sizeLimit, flags: O_NOFOLLOW)
    default: throw .differs(["\(relative) is neither a file nor a folder"])
    }
  }

  private static func failure(_ path: String) -> PayloadError {
    .unreadable(path: path, reason: String(cString: strerror(errno)))
  }
}

/// Whole files.
public enum FileContent {
  /// All bytes of a file.
  /// - Parameter flags: more flags for `open`.
  /// - Throws: `tooLarge` beyond the limit, `unreadable`.
  public static func read(
    _ path: String, limit: Int, flags: Int32 = 0
  ) throws(PayloadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
    guard descriptor >= 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var out: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw .unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      if count == 0 { return out }
      out += buffer[..<count]
      guard out.count <= limit else { throw .tooLarge(limit: limit) }
    }
  }
}

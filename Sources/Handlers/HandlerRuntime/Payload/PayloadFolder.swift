import Encodings
import Files
import Glibc
import SystemPackage

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
    var names: [FileName] = []
    do throws(Errno) {
      try LinuxFileSystem().eachName(in: path) { names.append($0) }
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    for name in names {
      let shown = relative.isEmpty ? name.shown : "\(relative)/\(name.shown)"
      guard name.text != nil else { throw .differs(["\(shown) has a name that is not UTF-8"]) }
      try readEntry(shown, depth: depth)
    }
  }

  private mutating func readEntry(_ relative: String, depth: Int) throws(PayloadError) {
    let path = "\(root)/\(relative)"
    let info = try PayloadError.catching { () throws(FileError) in
      try LinuxFileSystem().infoIfAny(path)
    }
    switch info?.kind {
    case .directory: try read(relative, depth: depth + 1)
    case .file:
      let bytes = try PayloadError.catching { () throws(FileError) in
        try LinuxFileSystem().openFile(path).contents(limit: Payload.sizeLimit - size)
      }
      size += bytes.count
      files[ByteName(relative)] = bytes
    case nil: throw .unreadable(path: path, reason: "it went away")
    default: throw .differs(["\(relative) is neither a file nor a folder"])
    }
  }
}

/// Whole files.
public enum FileContent {
  /// All bytes of a file, or of whatever else can be read to an end.
  ///
  /// - Throws: `tooLarge` beyond the limit, `unreadable`.
  public static func read(_ path: String, limit: Int) throws(PayloadError) -> [UInt8] {
    try PayloadError.catching(limit: limit) { () throws(FileError) in
      try LinuxFileSystem().openFile(path, .anyKind).contents(limit: limit)
    }
  }
}

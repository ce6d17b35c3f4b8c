import Files
import SystemPackage

/// Reads a project's folder: every path goes through here, so that what is read is read once and
/// nothing outside of the project is taken for a part of it.
struct ProjectFolder: Sendable {
  /// Absolute, symbolic links resolved.
  let path: String

  /// - Parameter path: an existing folder.
  init(_ path: String) throws(DeploymentError) {
    do throws(Errno) { self.path = try Self.files.resolve(path) } catch {
      throw .unreadable(path: path, errno: error.rawValue)
    }
  }

  /// Whether a regular file, or a link to one, stands at a path below the folder.
  func hasFile(_ relative: String) -> Bool {
    let info = try? Self.files.info("\(path)/\(relative)", followingLink: true)
    return info?.kind == .file
  }

  /// The bytes of a file below the folder; nil when there is none.
  ///
  /// A link that leads out of the folder is refused: what is packed must be the project's own.
  func read(_ relative: String) throws(DeploymentError) -> [UInt8]? {
    let resolved: String
    do throws(FileError) {
      guard let found = try Self.files.resolvedIfAny("\(path)/\(relative)") else { return nil }
      resolved = found
    } catch {
      throw DeploymentError(reading: error, shownAs: relative)
    }
    guard Paths.isBelow(resolved, path) else { throw .sourceOutsideProject(path: relative) }
    return try readWholeFile(resolved, shownAs: relative)
  }

  /// The absolute path with links resolved; nil when it does not exist.
  static func resolve(_ path: String) -> String? { try? files.resolve(path) }

  private static let files = LinuxFileSystem()
}

/// The bytes of a regular file; nil when it does not exist.
func readWholeFile(
  _ path: String, shownAs name: String? = nil
) throws(DeploymentError) -> [UInt8]? {
  do throws(FileError) {
    return try LinuxFileSystem().contents(of: path, limit: .max - 1, .throughLinks)
  } catch {
    throw DeploymentError(reading: error, shownAs: name ?? path)
  }
}

extension DeploymentError {
  /// A file that could not be read.
  init(reading error: FileError, shownAs path: String) {
    if let errno = error.errno {
      self = .unreadable(path: path, errno: errno.rawValue)
    } else {
      self = .notAFile(path: path)
    }
  }

  /// A file that could not be written.
  init(writing error: FileError, shownAs path: String) {
    self = .unwritable(path: path, errno: (error.errno ?? .ioError).rawValue)
  }
}

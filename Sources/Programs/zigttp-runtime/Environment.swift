import Contracts
import Encodings
import Files
import Glibc
import HandlerRuntime
import ProjectFiles

/// The env values a handler may see: those its contract names, from `.env` and the environment,
/// of which the environment wins.
enum Environment {
  /// Why values could not be read.
  struct Problem: Error {
    var message: String
  }

  private static let fileLimit = 1 << 20

  static func values(_ options: ServeOptions, _ contract: Contract) throws(Problem) -> [ByteName:
    String]
  {
    var values = try fileValues(options)
    if contract.env.dynamic {
      for (name, value) in try all() { values[name] = value }
    } else {
      let names = Set(contract.env.literal.map { ByteName($0) })
      values = values.filter { names.contains($0.key) }
      for name in names {
        if let value = getenv(name.text) { values[name] = String(cString: value) }
      }
    }
    return values
  }

  private static func fileValues(_ options: ServeOptions) throws(Problem) -> [ByteName: String] {
    guard options.readsEnvironmentFile || options.environmentFile != nil else { return [:] }
    let path = options.environmentFile ?? ".env"
    // Only the file that was asked for has to be there.
    do {
      if try options.environmentFile == nil && LinuxFileSystem().infoIfAny(path) == nil {
        return [:]
      }
      let file = try EnvFile.parse(try FileContent.read(path, limit: fileLimit), path: path)
      for duplicate in file.duplicates where !options.isQuiet {
        Console.warning(
          "\(path):\(duplicate.line): \(duplicate.name) is set again; this one counts")
      }
      return Dictionary(uniqueKeysWithValues: file.values.map { (ByteName($0.key), $0.value) })
    } catch {
      throw Problem(message: "\(error)")
    }
  }

  // Glibc's `environ` is a mutable global; the kernel's copy of what the process was started with
  // is not.
  private static func all() throws(Problem) -> [ByteName: String] {
    let bytes: [UInt8]
    do {
      bytes = try FileContent.read("/proc/self/environ", limit: 8 << 20)
    } catch {
      throw Problem(message: "the environment cannot be read: \(error)")
    }
    var out: [ByteName: String] = [:]
    for entry in bytes.split(separator: 0) {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: entry[..<equals], as: UTF8.self)
      out[ByteName(name)] = String(decoding: entry[(equals + 1)...], as: UTF8.self)
    }
    return out
  }
}

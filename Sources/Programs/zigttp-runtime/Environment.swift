import Contracts
import Encodings
import Files
import Glibc
import HandlerRuntime
import ProjectFiles

/// The env values a handler may see: those its contract names, from `.env` and the environment,
/// of which the environment wins.
enum Environment {
  private static let fileLimit = 1 << 20

  static func values(
    _ options: ServeOptions, _ contract: Contract, _ story: Story
  ) throws(PackedHandler.Problem) -> [ByteName: String] {
    var values = try fileValues(options, story)
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

  private static func fileValues(
    _ options: ServeOptions, _ story: Story
  ) throws(PackedHandler.Problem) -> [ByteName: String] {
    guard options.readsEnvironmentFile || options.environmentFile != nil else { return [:] }
    let path = options.environmentFile ?? ".env"
    // Only the file that was asked for has to be there.
    if options.environmentFile == nil, isAbsent(path) { return [:] }
    let bytes: [UInt8]
    do throws(PayloadError) {
      bytes = try FileContent.read(path, limit: fileLimit)
    } catch {
      throw PackedHandler.Problem(path, error)
    }
    do throws(EnvFileError) {
      let file = try EnvFile.parse(bytes, path: path)
      for duplicate in file.duplicates {
        story.warning(
          "\(path):\(duplicate.line): \(duplicate.name) is set again; this one counts")
      }
      return Dictionary(uniqueKeysWithValues: file.values.map { (ByteName($0.key), $0.value) })
    } catch {
      throw PackedHandler.Problem(exitCode: .failure, lines: ["\(error)"])
    }
  }

  // What cannot be looked at is there, and is told when it is read.
  private static func isAbsent(_ path: String) -> Bool {
    do throws(FileError) { return try LinuxFileSystem().infoIfAny(path) == nil } catch {
      return false
    }
  }

  // Glibc's `environ` is a mutable global; the kernel's copy of what the process was started with
  // is not.
  private static func all() throws(PackedHandler.Problem) -> [ByteName: String] {
    let bytes: [UInt8]
    do throws(PayloadError) {
      bytes = try FileContent.read("/proc/self/environ", limit: 8 << 20)
    } catch {
      throw PackedHandler.Problem("the environment", error)
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

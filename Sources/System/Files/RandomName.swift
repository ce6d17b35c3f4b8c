import CSys
import Glibc
import SystemPackage

/// Names that nobody else uses.
public enum RandomName {
  /// 32 lower-case hex digits.
  public static func make() throws(FileError) -> String {
    var words: (UInt64, UInt64) = (0, 0)
    let result = withUnsafeMutableBytes(of: &words) { csys_random($0.baseAddress, $0.count) }
    guard result == 0 else {
      throw FileError(Errno(rawValue: Glibc.errno), call: "getrandom", path: "")
    }
    return [words.0, words.1].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }
}

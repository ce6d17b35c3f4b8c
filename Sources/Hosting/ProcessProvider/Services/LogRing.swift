/// The last lines of a service's output.
final class LogRing {
  private static let mostLines = 2000
  private static let mostBytes = 256 << 10

  private var lines: [String] = []
  // Those before are forgotten; they go when they are half of all.
  private var start = 0
  private var bytes = 0
  private var followers: [Int: (String) -> Void] = [:]
  private var made = 0

  /// How many lines there have been.
  private(set) var count = 0

  /// Takes a line.
  func append(_ line: String) {
    lines.append(line)
    bytes += line.utf8.count + 1
    count += 1
    while lines.count - start > 1, lines.count - start > Self.mostLines || bytes > Self.mostBytes {
      bytes -= lines[start].utf8.count + 1
      start += 1
    }
    if start > lines.count / 2 {
      lines.removeFirst(start)
      start = 0
    }
    for follower in followers.values { follower(line) }
  }

  /// The lines that are still here.
  var all: ArraySlice<String> { lines[start...] }

  /// The last lines after the first `mark` ones, joined, in few enough bytes for a message.
  func tail(since mark: Int, lines most: Int = 5, bytes: Int = 1000) -> String {
    let text = all.suffix(max(0, min(most, count - mark))).joined(separator: "\n")
    return text.utf8.count <= bytes
      ? text : String(decoding: text.utf8.suffix(bytes), as: UTF8.self)
  }

  /// Tells of each line that comes, until it is told to stop.
  func follow(_ body: @escaping (String) -> Void) -> Int {
    made += 1
    followers[made] = body
    return made
  }

  /// Stops telling.
  func unfollow(_ follower: Int) { followers[follower] = nil }
}

/// Which requests are likely to wait, from what those before them did. A wrong guess costs time and
/// nothing else.
struct WaitForecast {
  // By method and path; how many more of them are taken to wait without a try.
  private var waiting = [UInt8](repeating: 0, count: 1024)
  private static let untried: UInt8 = 64

  /// Where a request's like is remembered.
  func place(of request: RuntimeRequest) -> Int {
    // FNV-1a: short, and who makes two paths meet makes only his own requests slower.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    take(request.method.utf8)
    take(request.target.utf8.prefix { $0 != UInt8(ascii: "?") })
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) % UInt64(waiting.count))
  }

  /// Whether a request will wait.
  mutating func expectsWait(at place: Int) -> Bool {
    guard waiting[place] > 0 else { return false }
    waiting[place] -= 1
    return true
  }

  /// It came to something that waits.
  mutating func waited(at place: Int) { waiting[place] = Self.untried }
}

import Ledger

extension AuditLog {
  // Read at a time; a longer line is read with as much as it needs.
  private static let window: Int64 = 64 << 10
  // Read for one page: who may see few of many rows turns pages that are not full.
  private static let mostOfPage: Int64 = 8 << 20

  /// The rows before a place of the file, newest first, from its end backwards. The row that is just
  /// being appended is left out.
  ///
  /// - Parameters:
  ///   - place: bytes from the start; nil for the end.
  ///   - count: most rows.
  func page(
    before place: Int64?, count: Int, where isShown: (AuditRecord) -> Bool
  ) throws -> AuditPage {
    let ledger = LedgerFile(store)
    guard let file = try ledger.opened(), let size = try ledger.stamp()?.size else {
      return AuditPage(rows: [])
    }
    var page = AuditPage(rows: [])
    var end = max(0, min(place ?? size, size))
    let start = max(0, end - Self.mostOfPage)
    var width = Self.window
    while end > 0 {
      if end <= start {
        page.next = end
        break
      }
      let from = max(0, end - width)
      let lines = try Self.lines(file, from: from, to: end)
      guard let first = lines.first else {
        guard from > 0, width <= Int64(LedgerFile.maxLineLength) else { break }
        width *= 2
        continue
      }
      for line in lines.reversed() {
        guard page.rows.count < count else { return page }
        if let row = AuditRecord(line: line.bytes), isShown(row) { page.rows.append(row) }
        page.next = line.offset == 0 ? nil : line.offset
      }
      end = first.offset
      width = Self.window
    }
    return page
  }

  /// The terminated lines that lie wholly between two places.
  private static func lines(
    _ file: OpenLedger, from: Int64, to: Int64
  ) throws -> [(offset: Int64, bytes: [UInt8])] {
    var bytes: [UInt8] = []
    try file.pieces(from: from, count: to - from) { bytes += $0 }
    let newline = UInt8(ascii: "\n")
    var begin = 0
    if from > 0 {
      // What stands before is the end of a line, or a whole one of which that cannot be told.
      guard let found = bytes.firstIndex(of: newline) else { return [] }
      begin = found + 1
    }
    var lines: [(offset: Int64, bytes: [UInt8])] = []
    while let found = bytes[begin...].firstIndex(of: newline) {
      lines.append((from + Int64(begin), Array(bytes[begin..<found])))
      begin = found + 1
    }
    return lines
  }
}

extension ControlPlane {
  private static let pageLength = 50

  /// What the audit log tells the caller, newest first: everything for who may admin; else what he
  /// did himself and what was done in projects that he may see.
  ///
  /// - Parameter before: the `next` of the page before.
  package func auditPage(before: Int64? = nil, for caller: Caller) throws -> AuditPage {
    try audit.page(before: before, count: Self.pageLength) { row in
      if caller.rights.contains(.admin) { return true }
      if let email = row.email, Person.key(email) == caller.person { return true }
      return row.service.map(caller.mayRead) ?? false
    }
  }

  /// The signed head of the audit log, as text; nil before its first row.
  package func auditCheckpoint() throws -> String? {
    try audit.checkpoint().map { String(decoding: $0, as: UTF8.self) }
  }
}

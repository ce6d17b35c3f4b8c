import Contracts
import Digests
import Encodings
import Ledger

/// The rows of a ledger without their facts: sixteen bytes a row, and every record, service and
/// contract once.
struct LedgerRows {
  /// One of them.
  struct Row {
    var line: Int
    var isDeploy: Bool
    /// Whether its target is the machine it was made on.
    var isLocal: Bool
    var service: String?
    var record: Digest?
  }

  private struct Entry {
    var line: UInt32
    // Numbers and 1, or 0 where there is none.
    var record: UInt32
    var service: UInt32
    // The number of a contract's digest; behind all of those, of a text that is none.
    var contract: UInt32
    static let deploy: UInt32 = 1 << 31
    static let local: UInt32 = 1 << 30
    static let flags = deploy | local
    static let text: UInt32 = 1 << 31
  }

  /// What a row, or a record, says is behind it: numbers and 1, or 0 where it says nothing.
  struct Claim: Equatable {
    var image: UInt32 = 0
    var sources: UInt32 = 0
    var binary: UInt32 = 0
    var prover: UInt32 = 0
    /// Stands for what no row says.
    static let unheardOf = UInt32.max
  }

  /// Every record that a row names, in the order of the first rows that do.
  private(set) var records = DigestPool()
  private var contracts = DigestPool()
  private var services = TextPool()
  private var texts = TextPool()
  private var entries: [Entry] = []
  private var named = DigestPool()
  // None, or one a row: rows of before say nothing.
  private var claims: [Claim] = []

  /// Makes room.
  mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - service: a number that ``number(ofService:)`` gave.
  ///   - contract: the same of ``number(ofContract:)``.
  ///   - claim: what ``claim(image:binary:of:)`` gave.
  mutating func append(
    line: Int, isDeploy: Bool, isLocal: Bool, service: UInt32, record: Digest?, contract: UInt32,
    claim: Claim
  ) {
    precondition(line <= UInt32.max, "more lines than numbers")
    entries.append(
      Entry(
        line: UInt32(line), record: record.map { UInt32(records.insert($0).number + 1) } ?? 0,
        service: service | (isDeploy ? Entry.deploy : 0) | (isLocal ? Entry.local : 0),
        contract: contract))
    if claims.isEmpty, claim != Claim() {
      claims.reserveCapacity(entries.capacity)
      claims = Array(repeating: Claim(), count: entries.count - 1)
    }
    if hasClaims || claim != Claim() { claims.append(claim) }
  }

  /// What a row says.
  mutating func claim(image: Digest?, binary: Digest?, of provenance: Provenance) -> Claim {
    func number(_ digest: Digest?) -> UInt32 {
      digest.map { UInt32(named.insert($0).number + 1) } ?? 0
    }
    return Claim(
      image: number(image), sources: number(provenance.sources), binary: number(binary),
      prover: provenance.prover.map { UInt32(texts.insert($0) + 1) } ?? 0)
  }

  /// What a record says, in the numbers of the rows.
  func told(image: Digest, binary: Digest?, of provenance: Provenance) -> Claim {
    func number(_ digest: Digest?) -> UInt32 {
      digest.map { named.number(of: $0).map { UInt32($0 + 1) } ?? Claim.unheardOf } ?? 0
    }
    return Claim(
      image: number(image), sources: number(provenance.sources), binary: number(binary),
      prover: provenance.prover.map { text in
        texts.number(of: text).map { UInt32($0 + 1) } ?? Claim.unheardOf
      } ?? 0)
  }

  /// Whether any row says what is behind its record.
  var hasClaims: Bool { !claims.isEmpty }

  /// What a row says.
  func claim(_ index: Int) -> Claim { claims.isEmpty ? Claim() : claims[index] }

  /// A digest of a claim.
  func digest(_ number: UInt32) -> Digest { named[Int(number) - 1] }

  /// A prover of a claim.
  func prover(_ number: UInt32) -> String { texts[Int(number) - 1] }

  /// The number of a service; 0 for none.
  mutating func number(ofService name: String?) -> UInt32 {
    name.map { UInt32(services.insert($0) + 1) } ?? 0
  }

  /// The number of what a row says of its contract; 0 where it says nothing.
  mutating func number(ofContract said: String?) -> UInt32 {
    guard let said else { return 0 }
    if let digest = Digest(sha256Hex: said) { return UInt32(contracts.insert(digest).number + 1) }
    return UInt32(texts.insert(said)) | Entry.text
  }

  /// The number in ``records`` of the record that a row names.
  func record(_ index: Int) -> Int? {
    let number = entries[index].record
    return number == 0 ? nil : Int(number) - 1
  }

  /// What a row says of its contract where it is not that digest.
  func contract(_ index: Int, unless digest: Digest) -> String? {
    let number = entries[index].contract
    if number == 0 { return nil }
    if number & Entry.text != 0 {
      let text = texts[Int(number & ~Entry.text)]
      return text == digest.hex ? nil : text
    }
    let said = contracts[Int(number) - 1]
    return said == digest ? nil : said.hex
  }
}

extension LedgerRows: RandomAccessCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { entries.count }

  subscript(index: Int) -> Row {
    let entry = entries[index]
    let service = entry.service & ~Entry.flags
    return Row(
      line: Int(entry.line), isDeploy: entry.service & Entry.deploy != 0,
      isLocal: entry.service & Entry.local != 0,
      service: service == 0 ? nil : services[Int(service) - 1],
      record: record(index).map { records[$0] })
  }
}

/// Texts, each once and each with a number, told apart by their bytes.
private struct TextPool {
  private var texts: [String] = []
  private var numbers: [ByteName: Int] = [:]

  subscript(number: Int) -> String { texts[number] }

  func number(of text: String) -> Int? { numbers[ByteName(text)] }

  mutating func insert(_ text: String) -> Int {
    if let number = numbers[ByteName(text)] { return number }
    texts.append(text)
    numbers[ByteName(text)] = texts.count - 1
    return texts.count - 1
  }
}

/// Which rows name a record: made when the first finding asks, since a sound store has none.
struct RowsByRecord {
  private var starts: [UInt32]
  private var order: [UInt32]

  init(_ rows: LedgerRows) {
    starts = Array(repeating: 0, count: rows.records.count + 1)
    for index in rows.indices {
      if let record = rows.record(index) { starts[record + 1] += 1 }
    }
    for record in 0..<rows.records.count { starts[record + 1] += starts[record] }
    order = Array(repeating: 0, count: Int(starts.last ?? 0))
    var next = starts
    for index in rows.indices {
      guard let record = rows.record(index) else { continue }
      order[Int(next[record])] = UInt32(index)
      next[record] += 1
    }
  }

  /// Indexes of the rows that name the record with a number, ascending.
  subscript(record: Int) -> ArraySlice<UInt32> {
    order[Int(starts[record])..<Int(starts[record + 1])]
  }
}

import FuzzEntries

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The entry that `PGSCYLLA_FUZZ` names.
private let entry: FuzzEntry = {
    let name = getenv("PGSCYLLA_FUZZ").map { String(cString: $0) } ?? ""
    guard let entry = FuzzEntry.named(name) else {
        let names = FuzzEntry.all.map(\.name).joined(separator: ", ")
        fatalError("PGSCYLLA_FUZZ must name an entry: \(names)")
    }
    return entry
}()

/// What libFuzzer calls with each input (LLVM documentation, "libFuzzer").
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    do {
        try entry.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        fatalError("\(entry): \(error)")
    }
    return 0
}

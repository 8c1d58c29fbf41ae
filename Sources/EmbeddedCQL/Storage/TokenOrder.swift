/// The partitions of a table in token order, brought up to date when a scan asks for it.
///
/// Only the slots added since the last scan are sorted; they are then merged into the order.
struct TokenOrder {
    private(set) var slots: [UInt32] = []

    /// Takes in the slots that are new; `precedes` decides between partitions of equal tokens.
    mutating func update(_ all: [PartitionIndex.Slot], precedes: (UInt64, UInt64) -> Bool) {
        guard slots.count < all.count else { return }
        func isOrdered(_ left: UInt32, _ right: UInt32) -> Bool {
            let (a, b) = (all[Int(left)], all[Int(right)])
            return a.token < b.token || (a.token == b.token && precedes(a.content, b.content))
        }
        // Tokens beside the numbers keep the sort inside one array.
        var added = (slots.count..<all.count).map { (token: all[$0].token, slot: UInt32($0)) }
        added.sort { $0.token < $1.token || ($0.token == $1.token && isOrdered($0.slot, $1.slot)) }
        guard !slots.isEmpty else {
            slots = added.map(\.slot)
            return
        }
        var merged: [UInt32] = []
        merged.reserveCapacity(all.count)
        var old = 0
        for new in added {
            while old < slots.count, !isOrdered(new.slot, slots[old]) {
                merged.append(slots[old])
                old += 1
            }
            merged.append(new.slot)
        }
        merged.append(contentsOf: slots[old...])
        slots = merged
    }

    /// The first place whose slot does not lie before a position.
    func firstPlace(where isReached: (UInt32) -> Bool) -> Int {
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if isReached(slots[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

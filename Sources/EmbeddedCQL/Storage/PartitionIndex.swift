/// Finds partitions by key: open addressing over the numbers of slots, hashed by token.
///
/// A slot is never removed, so its number stays valid; a table that is emptied gets a new index.
struct PartitionIndex {
    /// A partition: its token, and what the table keeps of it (a record, or the number of a clustered partition).
    struct Slot {
        let token: Int64
        var content: UInt64
    }

    private(set) var slots: [Slot] = []
    /// The upper half of the token above the slot number + 1, or 0 where free; a power of two in size, at most three
    /// quarters full.
    ///
    /// With the half token most places that hold another partition are passed without a look at its slot, which
    /// would be a cache miss each.
    private var table = [UInt64](repeating: 0, count: 16)

    /// The slot with this token for which `matches` holds.
    func find(token: Int64, matches: (UInt64) -> Bool) -> Int? {
        let mask = table.count - 1
        let tag = Self.tag(token)
        var place = Int(truncatingIfNeeded: token) & mask
        while true {
            let entry = table[place]
            guard entry != 0 else { return nil }
            if entry & 0xFFFF_FFFF_0000_0000 == tag {
                let number = Int(entry & 0xFFFF_FFFF) - 1
                let slot = slots[number]
                if slot.token == token, matches(slot.content) { return number }
            }
            place = (place + 1) & mask
        }
    }

    /// Adds a partition that `find` did not find.
    mutating func add(token: Int64, content: UInt64) {
        if (slots.count + 1) * 4 > table.count * 3 { grow() }
        slots.append(Slot(token: token, content: content))
        Self.place(slots.count - 1, token: token, in: &table)
    }

    mutating func setContent(_ content: UInt64, ofSlot slot: Int) {
        slots[slot].content = content
    }

    private mutating func grow() {
        var grown = [UInt64](repeating: 0, count: table.count * 2)
        table = []
        for slot in slots.indices { Self.place(slot, token: slots[slot].token, in: &grown) }
        table = grown
    }

    private static func tag(_ token: Int64) -> UInt64 { UInt64(bitPattern: token) & 0xFFFF_FFFF_0000_0000 }

    // Static: as a method it would hold a second reference to the table, and each change would copy it.
    private static func place(_ slot: Int, token: Int64, in table: inout [UInt64]) {
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: token) & mask
        while table[place] != 0 { place = (place + 1) & mask }
        // Four billion slots of 16 bytes do not fit into a machine before they overflow the lower half.
        table[place] = tag(token) | UInt64(slot + 1)
    }
}

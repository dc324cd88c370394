package localcloud.services;

import localcloud.journal.Journal;

/**
 * What every service's front does with every call: write it down, check it, disturb it, count it.
 */
public record Hooks(Journal journal, AccessControl access, Faults faults, RequestCounts counts) {}

/** Words of the document that index.html starts with; each is there once. */

export const TITLE = 'Working without waiting';
export const FIRST = 'A team that spans time zones';
export const SECOND = 'A question asked well on Friday evening';
export const THIRD = 'Two working days is a good default';
export const LAST = 'Pick one meeting you could do without';

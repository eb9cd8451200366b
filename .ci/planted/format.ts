export const   spaced =   "wide"

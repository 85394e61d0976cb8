export const serverFolder: () => string
